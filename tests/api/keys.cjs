/* keys.cjs: a department that keeps our keys only for a while is asked about what is unknown after that,
 * never sent it again; what it then does not know is for a person.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, suite, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start({ own: (world) => {
		const file = path.join(world.connectors, 'public_security.lua');
		fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/contact = /, 'key_kept = "10m",\n  contact = '));
	} });
	let lost = 'reset';

	await w.account('anna', 'citizen', { id: idNumber(1) });
	/* The first call of hukou_birth is done, or not, but its answer is lost. */
	w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? lost : undefined;
	const calls = (number) => {
		const { key } = w.gate.find(number, 'hukou_birth');
		return w.gate.calls.filter((c) => c.key === key || c.target.includes(key)).map((c) => c.method);
	};
	/* As if the first call had been a day ago. */
	async function old(number) {
		w.sql(`UPDATE operation SET created_at = created_at - interval '1 day', next_at = NULL WHERE item = (
			SELECT item FROM operation WHERE state = 0 AND attempts > 1 ORDER BY created_at DESC LIMIT 1) AND application = (
			SELECT id FROM application WHERE number = '${number}')`);
		assert.equal(await w.node.stop(), 0);
		await w.startNode();
	}

	await test('after that the outcome is asked for; an unknown key waits for a person', async () => {
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'it was tried in vain', (a) => item(a, 'hukou_birth').problem?.code === 'silent');
		const before = calls(number).length;
		lost = undefined;
		await old(number);
		await w.watch('anna', number, 'a person must look', (a) => item(a, 'hukou_birth').status === 'attention');
		assert.deepEqual(calls(number).slice(before), ['GET'], 'asked once, and not sent again');
	});
	await w.stop();
});
