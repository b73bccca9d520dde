import { z } from 'zod';

// The page's policy forbids code that is made at run time. Zod tries that once, which browsers report as a violation.
z.config({ jitless: true });

export { z };
