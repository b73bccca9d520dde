import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/data/wikitext';

describe('plain text of an infobox value', () => {
  test.each([
    ['Fantasy', 'Fantasy'],
    ['[[Science fiction|Sci-fi]], [[Satire]]', 'Sci-fi, Satire'],
    ['Epic fantasy < br > Historical fantasy', 'Epic fantasy'],
    ['< br / > Ink', 'Ink'],
    ['Hodder  &  Stoughton < ref name= " BLcat " >  < /ref >', 'Hodder & Stoughton'],
    ['Strahan and Co. < ref name=chronology/ >', 'Strahan and Co.'],
    ['Novel < !-- see Wikipedia -- >', 'Novel'],
    ['John Jakes \n < !--', 'John Jakes'],
    ['JC Lattès  < small > France < /small > < br > Schocken', 'JC Lattès France'],
    ["''Tides''", 'Tides'],
    ['{{hlist|{{a}}|b}}Poem', 'Poem'],
    ['* Poem\n* Novel', 'Poem'],
    ['Fantasy novel,  < br > Other', 'Fantasy novel'],
    ['[https://example.org Somebody]', 'Somebody'],
    ['{{only}}', ''],
    ['< !-- nothing -- >', ''],
  ])('%j', (wikitext, text) => expect(plainText(wikitext)).toBe(text));
});
