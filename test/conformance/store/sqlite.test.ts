import { sqliteStores } from './sqlite-stores.ts';
import { storeConformance } from './suite.ts';

storeConformance('sqlite', sqliteStores());
