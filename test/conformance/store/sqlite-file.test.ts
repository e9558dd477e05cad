/** The same suite, with a store that has to read its file nearly each time. */
import { sqliteStores } from './sqlite-stores.ts';
import { storeConformance } from './suite.ts';

storeConformance('sqlite, knowing two entries by heart', sqliteStores({ knownEntriesMax: 2 }));
