/* heirs.cjs: a consent of each in a list: every heir is asked in his own login and sees what is his; what needs
 * them waits for all of them, and one who declines ends it for the others. Whoever files is not asked himself.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, demoForm, idNumber, suite, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const base = (number) => `/api/v1/applications/${number}`;
const paid = 'medins_account_withdrawal'; /* to all heirs, after the insurance has been stopped */

suite(async (test) => {
	const w = await World.start(), form = demoForm('after_death').form;
	let families = 0;

	await w.account('other', 'citizen', { id: idNumber(2), full: '赵敏' });

	/* The one who files and the heirs, who have accounts of their own. */
	async function family(size = 3) {
		const n = ++families, names = Array.from({ length: size }, (_, i) => `heir${n}-${i + 1}`);
		const ids = names.map((_, i) => idNumber(100 + n * 10 + i, true, '19850312'));
		for (const [i, name] of names.entries())
			await w.account(name, 'citizen', { id: ids[i], full: form.heirs[0].name });
		const heirs = ids.map((id_no, i) => ({ ...form.heirs[0], name: `王建${'国军民'[i]}`, id_no, share: i ? 30 : 40 }));
		return { names, ids, heirs, form: { ...form, applicant_id_no: ids[0], deceased_id_no: idNumber(n, false, '19500512'), heirs, payee_id_no: ids[0] } };
	}
	const filed = async (f) => (await w.accepted(f.names[0], { event: 'after_death', form: f.form })).number;
	const say = (who, number, row, agrees) => w.http('POST', `${base(number)}/signatures`,
		{ who, json: { sign: `heir_agrees.${row}`, agrees }, key: crypto.randomUUID() });
	const stopped = (a) => item(a, 'medins_stop').status === 'approved';
	const asked = (a) => a.signs.map((s) => [s.id, s.status]);

	await test('each is asked but the one who files; it goes on when all have agreed', async () => {
		const f = await family(), number = await filed(f), [first, second, third] = f.names;
		const a = await w.watch(first, number, 'all before it is done', stopped);
		assert.deepEqual(asked(a), [['heir_agrees.2', 'asked'], ['heir_agrees.3', 'asked']]);
		assert.deepEqual(a.signs.map((s) => s.who), f.ids.slice(1).map((id) => `${id.slice(0, 6)}********${id.slice(-4)}`));
		assert.equal(item(a, paid).status, 'waiting');
		assert.equal(a.next.who, 'applicant');
		assert.equal((await say(second, number, 2, true)).status, 200);
		assert.equal(item(await w.show(first, number), paid).status, 'waiting');
		assert.equal((await say(third, number, 3, true)).status, 200);
		const done = await w.watch(first, number, 'it is paid', (seen) => item(seen, paid).status === 'approved');
		assert.deepEqual(asked(done), [['heir_agrees.2', 'signed'], ['heir_agrees.3', 'signed']]);
		assert.equal((await w.history(first, number)).filter((e) => e.what === 'signed').length, 2);
	});

	await test('each finds and sees his own, and answers for nobody else', async () => {
		const f = await family(), number = await filed(f), [first, second, third] = f.names;
		const found = (await w.http('GET', '/api/v1/consents', { who: third })).json.consents;
		assert.deepEqual(found.map((c) => [c.number, c.sign, c.status]), [[number, 'heir_agrees.3', 'asked']]);
		assert.deepEqual((await w.http('GET', '/api/v1/consents', { who: first })).json.consents, []);
		const seen = await w.show(second, number);
		assert.deepEqual([asked(seen), seen.items], [[['heir_agrees.2', 'asked']], undefined]);
		assert.ok(!JSON.stringify(seen).includes(f.ids[2]), 'nothing of the other heirs');
		assert.deepEqual(Object.fromEntries(seen.signs[0].shown.map((one) => [one.id, one.text ?? one.value])), { name: '王建军', id_no: f.ids[1],
			relation: '子女', share: 30, agrees: true, deceased_name: form.deceased_name, payee_name: form.payee_name }, 'his own row and who is paid');
		for (const [who, row, status] of [[second, 3, 404], [first, 1, 403], [first, 2, 403], ['other', 2, 404], [third, 4, 404]])
			assert.equal((await say(who, number, row, true)).status, status, `${who} for ${row}`);
	});

	await test('one declines: it is left out, the others are not asked any more, the rest goes on', async () => {
		const f = await family(), number = await filed(f), [first, second, third] = f.names;
		assert.equal((await say(third, number, 3, false)).status, 200);
		const a = await w.watch(first, number, 'it is left out', (seen) => item(seen, paid).status === 'skipped');
		assert.deepEqual(asked(a), [['heir_agrees.2', 'not_needed'], ['heir_agrees.3', 'declined']]);
		assert.equal((await say(second, number, 2, true)).status, 409);
		await w.watch(first, number, 'the rest is done', (seen) => item(seen, 'survivor_benefit').status === 'approved');
	});

	await test('an only heir who files himself is waited for by nobody', async () => {
		const f = await family(1), number = await filed(f);
		const a = await w.watch(f.names[0], number, 'it is paid', (seen) => item(seen, paid).status === 'approved');
		assert.deepEqual(a.signs, []);
	});

	await test('the same identity twice is refused beside its row; who the heirs are stays as filed', async () => {
		const f = await family(), twice = [f.heirs[0], f.heirs[1], { ...f.heirs[2], id_no: f.ids[1] }];
		const refused = await w.file(f.names[0], { event: 'after_death', form: { ...f.form, heirs: twice } });
		assert.equal(refused.status, 422);
		assert.deepEqual(refused.json.errors.map((e) => [e.pointer, e.code]), [['/form/heirs/2/id_no', 'conflict']]);
		const plan = await w.http('POST', '/api/v1/events/after_death/plan', { who: f.names[0], json: { form: f.form } });
		assert.equal(plan.status, 200, plan.text);
		assert.deepEqual(plan.json.signs.map((s) => [s.id, s.who, s.person.slice(-4)]),
			[2, 3].map((row) => [`heir_agrees.${row}`, 'other', f.ids[row - 1].slice(-4)]));
	});

	await w.stop();
});
