/* disputes.cjs: a register has it wrong. Whoever files says so and types what is right; it stops nothing, the
 * history tells it with the department whose record it is, and whoever decides sees it.
 */
'use strict';
const { assert, birth, birthForm, idNumber, suite, World } = require('./harness.cjs');

suite(async (test) => {
	const w = await World.start();

	await w.account('mother', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	for (const department of ['health', 'public_security', 'tax'])
		await w.account(department, 'clerk', { department, divisions: ['330111'] });

	const disputed = ['child_sex', 'mother_ethnic'];
	const history = async (number, who = 'mother') => (await w.history(who, number)).filter((e) => e.what === 'disputed');
	let number;

	await test('it is filed all the same, with the mark', async () => {
		const made = await w.accepted('mother', birth({}, { disputed }));
		number = made.number;
		assert.deepEqual(made.disputed, [{ field: 'mother_ethnic', title: '母亲民族', department: 'public_security' },
			{ field: 'child_sex', title: '性别', department: 'health' }]);
		const done = await w.finished('mother', number);
		assert.deepEqual(done.disputed, made.disputed);
		const data = Object.fromEntries(done.items.map((i) => [i.id, i.disputed]));
		assert.ok(data.birth_certificate.includes('child_sex'), JSON.stringify(data));
		assert.equal(data.vaccination_record, undefined, 'it is not told the sex');
	});

	await test('the history tells each of them once, with the department whose record it is, and no answer', async () => {
		assert.deepEqual((await history(number)).map(({ seq, by, code, department }) => ({ seq, by, code, department })), [
			{ seq: 2, by: 'applicant', code: 'mother_ethnic', department: 'public_security' },
			{ seq: 3, by: 'applicant', code: 'child_sex', department: 'health' }]);
	});

	await test('a clerk sees the marks on what his department is sent', async () => {
		const health = await w.show('health', number);
		assert.ok(health.disputed.some((d) => d.field === 'child_sex'));
		assert.ok(health.items.some((i) => i.disputed?.includes('child_sex')));
		const tax = await w.show('tax', number);
		const told = tax.items.flatMap((i) => i.disputed ?? []);
		assert.equal(Boolean(tax.disputed), told.length > 0);
	});

	await test('an agent says it for whom he helps', async () => {
		const someone = { id_number: idNumber(77), full_name: '赵小兰' };
		await w.mandated('agent', someone);
		const made = await w.accepted('agent', birth({}, { disputed: ['child_sex'], for: someone }));
		assert.deepEqual((await w.http('GET', `/api/v1/applications/${made.number}/history`, { who: 'agent' })).json.entries
			.filter((e) => e.what === 'disputed').map((e) => e.by), ['agent']);
	});

	await test('only what would have been filled in can be disputed', async () => {
		const bad = [['child_name', '/disputed/1', 'not_asked'], ['no_such', '/disputed/1', 'unknown_field'],
			[7, '/disputed/1', 'type']];
		const form = birthForm();
		for (const [field, pointer, code] of bad) {
			const answer = await w.file('mother', { event: 'birth', form, disputed: ['child_sex', field] });
			assert.equal(answer.status, 422, answer.text);
			assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code]), [[pointer, code]]);
		}
		assert.equal((await w.file('mother', birth({}, { disputed: 'child_sex' }))).json.errors[0].pointer, '/disputed');
	});

	await test('what is left open, or no longer asked, says nothing against a register', async () => {
		const made = await w.accepted('mother', birth({ gestation_weeks: undefined }, { disputed: ['gestation_weeks', 'child_sex'] }));
		assert.deepEqual(made.disputed.map((d) => d.field), ['child_sex']);
	});

	await test('nothing of it where nothing was disputed', async () => {
		const made = await w.accepted('mother', birth({}, { disputed: [] }));
		assert.equal('disputed' in made, false);
		assert.deepEqual(await history(made.number), []);
	});

	await test('it is counted by department, and recounted', async () => {
		assert.deepEqual(w.sql(`SELECT department, sum(value) FROM counter WHERE measure = 'disputed' GROUP BY 1 ORDER BY 1`),
			['health|3', 'public_security|1']);
		await w.verify();
	});

	await w.stop();
});
