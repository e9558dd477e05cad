import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressGroup,
  isLoopback,
  plainAddress,
} from '../../../../agent/http/connection/addresses.ts';

test('only 127.0.0.0/8 and ::1 are this host', () => {
  for (const address of ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopback(address), true, address);
  }
  const others = [
    '',
    '128.0.0.1',
    '10.0.0.1',
    '127.evil.example',
    '::2',
    '::ffff:10.0.0.1',
    'fe80::1',
  ];
  for (const address of others) assert.equal(isLoopback(address), false, address);
});

test('an IPv4 address inside IPv6 is that address', () => {
  assert.equal(plainAddress('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(plainAddress('::ffff:a01:203'), '::ffff:a01:203');
  assert.equal(addressGroup('::ffff:10.1.2.3'), addressGroup('10.1.2.3'));
});

test('the hosts of an IPv6 network of 64 bits are one client, others are not', () => {
  const group = addressGroup('2001:db8:1:2:3:4:5:6');
  assert.equal(group, '2001:db8:1:2::/64');
  assert.equal(addressGroup('2001:db8:1:2::9'), group);
  assert.notEqual(addressGroup('2001:db8:1:3::9'), group);
  assert.equal(addressGroup('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(addressGroup('::1'), '0:0:0:0::/64');
  assert.equal(addressGroup('fe80::1'), 'fe80:0:0:0::/64');
  assert.notEqual(addressGroup('10.0.0.1'), addressGroup('10.0.0.2'));
  assert.equal(addressGroup(undefined), undefined);
});
