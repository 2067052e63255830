import { readProfile } from '../../src/traffic-model/profile-file';

test.each(['constructor', 'toString', '__proto__'])('%s is no field of a traffic profile', (name) => {
  expect(() => readProfile('profile.yaml', `${name}: 1\n`)).toThrow(`a traffic profile has no field '${name}'`);
});
