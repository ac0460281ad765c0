import { testBodyForms } from '../helpers/test-body-forms.ts';

testBodyForms();
