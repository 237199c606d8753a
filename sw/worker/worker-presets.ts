import { createTokenBroker, jsonEndpoints } from '../index.ts'
import * as presets from '../presets.ts'
import { importConfig } from './import-config.ts'

importConfig({ createTokenBroker, jsonEndpoints, presets })
