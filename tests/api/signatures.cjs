/* signatures.cjs: a second person is asked for his consent: he finds the application in his list, sees
 * the sign with its title and text and nothing else, and says yes or no once; the items that need it wait.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, demoForm, idNumber, sleep, suite, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const base = (number) => `/api/v1/applications/${number}`;

suite(async (test) => {
	const w = await World.start();
	const form = demoForm('marriage').form;
	let couple = 0;

	await w.account('other', 'citizen', { id: idNumber(2), full: '赵敏' });
	await w.account('clerk', 'clerk', { department: 'civil_affairs', divisions: ['330111'] });
	/* A couple of their own for each test: who is willing is asked once for two persons. */
	async function filed() {
		const n = ++couple, he = `he${n}`, she = `she${n}`;
		const man = idNumber(100 + n, false, '19930708'), woman = idNumber(100 + n, true, '19950312');
		await w.account(he, 'citizen', { id: man, full: form.man_name });
		await w.account(she, 'citizen', { id: woman, full: form.woman_name });
		const { number } = await w.accepted(he, { event: 'marriage', form: { ...form, man_id_no: man, woman_id_no: woman } });
		return { number, he, she };
	}
	const sign = (who, number, json, { key = crypto.randomUUID() } = {}) =>
		w.http('POST', `${base(number)}/signatures`, { who, json, key });
	const list = async (who) => (await w.http('GET', '/api/v1/applications', { who })).json.applications;
	const yes = { sign: 'partner_willing', agrees: true };

	await test('the items that need it wait; whom it asks finds it in her list', async () => {
		const { number, he, she } = await filed();
		await sleep(500);
		const a = await w.show(he, number);
		assert.equal(item(a, 'marriage_registration').status, 'waiting');
		assert.ok(a.signs.some((s) => s.id === 'partner_willing'), JSON.stringify(a.signs));
		assert.deepEqual((await list(she)).map((l) => l.number), [number]);
		assert.deepEqual(await list('other'), []);
	});

	await test('she sees the sign, its title and text, of the form what the sign shows, and nothing else', async () => {
		const { number, she } = await filed();
		const seen = await w.show(she, number);
		assert.deepEqual(Object.keys(seen).sort(), ['applicant', 'event', 'number', 'signs', 'status', 'submitted_at', 'title']);
		assert.deepEqual(seen.signs.map((s) => [s.id, s.status]), [['partner_willing', 'asked']]);
		assert.ok(seen.signs[0].title && seen.signs[0].text);
		assert.equal(seen.applicant, form.man_name, 'who asks');
		assert.deepEqual(seen.signs[0].shown.map((one) => [one.id, one.value]), ['man_name', 'woman_name', 'registry_code', 'booking_date']
			.map((id) => [id, form[id]]));
		for (const own of [form.man_phone, form.man_occupation])
			assert.ok(!JSON.stringify(seen).includes(own), own);
		for (const part of ['history', 'disclosures', 'withdrawal'])
			assert.equal((await w.http('GET', `${base(number)}/${part}`, { who: she })).status, 404, part);
		assert.equal((await w.http('POST', `${base(number)}/withdrawal`, { who: she, json: {}, key: 'k' })).status, 404);
		assert.equal((await w.http('GET', base(number), { who: 'other' })).status, 404);
	});

	await test('what is asked of her, with its end; the applicant and others have nothing there', async () => {
		const { number, he, she } = await filed();
		const asked = async (who) => (await w.http('GET', '/api/v1/consents', { who })).json.consents;
		const [one, ...more] = await asked(she);
		assert.deepEqual([one.number, one.sign, one.status, one.reminded, more.length], [number, 'partner_willing', 'asked', false, 0]);
		assert.match(one.until, /^\d{4}-\d\d-\d\d$/);
		assert.deepEqual([await asked(he), await asked('other')], [[], []]);
		const seen = (await w.show(she, number)).signs[0];
		assert.deepEqual([seen.until, seen.for.includes('结婚登记'), Boolean(seen.otherwise)], [one.until, true, true]);
		assert.equal((await sign(she, number, yes)).status, 200);
		assert.deepEqual((await asked(she)).map((c) => c.status), ['signed']);
	});

	await test('nobody consents to his own application, and nobody in two roles', async () => {
		const { he } = await filed(), him = idNumber(100 + couple, false, '19930708'), woman = idNumber(100 + couple, true, '19950312');
		const move = { migration_target: 'to_man', migration_address: { division: '330111001001', text: '桂花路1号' }, householder_is_applicant: false };
		const body = (change) => ({ event: 'marriage', choices: { hukou_spouse_migration: true },
			form: { ...form, ...move, man_id_no: him, woman_id_no: woman, householder_id_no: idNumber(1), ...change } });
		const refused = async (change, pointer) => {
			const answer = await w.file(he, body(change));
			assert.equal(answer.status, 422, answer.text);
			assert.ok(answer.json.errors.some((e) => e.pointer === pointer && e.code === 'conflict'), answer.text);
		};
		await refused({ householder_id_no: him }, '/form/householder_id_no');
		await refused({ householder_id_no: woman }, '/form/householder_id_no');
		await refused({ woman_id_no: him }, '/form/woman_id_no');
	});

	await test('she agrees: once, under her key; the registration goes on', async () => {
		const { number, he, she } = await filed(), key = crypto.randomUUID();
		const answer = await sign(she, number, yes, { key });
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json.signs.map((s) => [s.id, s.status]), [['partner_willing', 'signed']]);
		const again = await sign(she, number, yes, { key });
		assert.deepEqual([again.text, again.headers['idempotent-replayed']], [answer.text, 'true']);
		assert.equal((await sign(she, number, yes)).status, 409);
		await w.watch(he, number, 'it was sent', (a) => item(a, 'marriage_registration').status !== 'waiting');
		assert.ok((await w.history(he, number)).some((e) => e.what === 'signed'));
	});

	await test('she declines: the registration is refused with what the event says', async () => {
		const { number, he, she } = await filed();
		assert.equal((await sign(she, number, { ...yes, agrees: false })).status, 200);
		const a = await w.watch(he, number, 'it is refused', (s) => item(s, 'marriage_registration').status === 'refused');
		assert.match(item(a, 'marriage_registration').problem.text, /另一方没有确认/);
		assert.ok((await w.history(he, number)).some((e) => e.what === 'declined'));
	});

	await test('nobody else may: not the applicant, not a stranger, not a clerk; no other sign', async () => {
		const { number, he, she } = await filed();
		assert.equal((await sign(he, number, yes)).status, 403);
		assert.equal((await sign('other', number, yes)).status, 404);
		assert.equal((await sign(undefined, number, yes)).status, 401);
		assert.ok([403, 404].includes((await sign('clerk', number, yes)).status));
		assert.equal((await sign(she, number, { ...yes, sign: 'applicant_willing' })).status, 404);
		assert.equal((await sign(she, number, { ...yes, sign: 'nothing' })).status, 422);
		assert.equal((await sign(she, number, { sign: 'partner_willing' })).status, 422);
		assert.equal((await sign(she, number, { ...yes, agrees: 'yes' })).status, 422);
		assert.equal((await sign(she, number, yes, { key: null })).status, 400);
		assert.equal((await sign(she, number, yes)).status, 200);
	});

	await test('yes and no at once: one of them counts', async () => {
		const { number, he, she } = await filed();
		const both = await Promise.all([true, false, true, false].map((agrees) => sign(she, number, { ...yes, agrees })));
		assert.deepEqual(both.map((a) => a.status).sort(), [200, 409, 409, 409]);
		const words = (await w.history(he, number)).filter((e) => e.what === 'signed' || e.what === 'declined');
		assert.equal(words.filter((e) => JSON.stringify(e).includes('partner_willing')).length, 1);
	});

	await test('told is kept over a kill', async () => {
		const { number, he, she } = await filed();
		const asked = sign(she, number, yes, { key: 'kill' }).catch(() => undefined);
		await sleep(15);
		await w.node.kill('SIGKILL');
		const first = await asked;
		await w.startNode();
		const again = await sign(she, number, yes, { key: 'kill' });
		assert.equal(again.status, 200, again.text);
		if (first && first.status === 200)
			assert.equal(again.text, first.text);
		await w.watch(he, number, 'it was sent', (a) => item(a, 'marriage_registration').status !== 'waiting');
	});

	await test('birth: where the parents\' ethnic groups differ the other one is asked; his no is his alone, the rest goes on', async () => {
		const id = idNumber(400, false, '19930708'), other = { father_id_no: id, father_ethnic: '02', ethnic_choice_signed: true };
		await w.account('mother', 'citizen', { id: idNumber(401, true, '19950312') });
		await w.account('father', 'citizen', { id, full: '王建国' });
		const { number } = await w.accepted('mother', birth(other)), ask = { sign: 'other_parent_agrees' };
		assert.deepEqual((await w.http('GET', '/api/v1/consents', { who: 'father' })).json.consents.map((c) => [c.number, c.sign, c.status]),
			[[number, 'other_parent_agrees', 'asked']]);
		const own = await w.file('mother', birth({ ...other, father_id_no: idNumber(401, true, '19950312') }));
		assert.equal(own.status, 422, 'nobody asks himself');
		assert.equal((await sign('father', number, { ...ask, agrees: false })).status, 200);
		const a = await w.watch('mother', number, 'the registration is not done here', (s) => item(s, 'hukou_birth').status === 'refused');
		assert.match(item(a, 'hukou_birth').problem.text, /民族成份/);
		await w.watch('mother', number, 'the rest goes on', (s) => item(s, 'vaccination_record').status === 'approved');
		const alike = await w.accepted('mother', birth());
		assert.ok(alike.signs.length === 0, 'of one group nobody else is asked');
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
