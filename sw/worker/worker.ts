import { createTokenBroker, jsonEndpoints } from '../index.ts'
import { importConfig } from './import-config.ts'

importConfig({ createTokenBroker, jsonEndpoints })
