import './sw-calls.ts'
import './sw-lab.ts'
