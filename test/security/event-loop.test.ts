import { testBodyForms } from '../helpers/test-body-forms.ts';

// Of each way to read a body the forms that cost it most. every-form.test.ts tries all of them.
testBodyForms([
  '64 MiB of empty rows, compressed',
  '64 MiB of newlines, compressed',
  '64 MiB of nested objects',
  '64 MiB of escapes in a string',
  'a merchant of 64 MiB',
  'rows with amounts of 250,000 digits',
  'millions of keys',
  'millions of lists of rows',
  '100,000 rows with all that is wrong',
  'lines of shallow nests',
  '200,000 rows with all that is wrong',
  'an import of 16 MiB of empty categories',
  'an import of 50,000 long patterns',
  'an import of 16 MiB of quotes',
  'an import of a cell of 16 MiB',
  'an import of 50,000 bad lines',
  'an admin request of nested objects',
]);
