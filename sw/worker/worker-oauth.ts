import { createTokenBroker, jsonEndpoints } from '../index.ts'
import { oauth } from '../oauth.ts'
import { importConfig } from './import-config.ts'

importConfig({ createTokenBroker, jsonEndpoints, oauth })
