/* idempotency.cjs: the same request twice is one application, whoever sends it when. */
'use strict';
const { assert, birth, idNumber, suite, World } = require('./harness.cjs');

const count = (w) => Number(w.sql('SELECT count(*) FROM application')[0]);

suite(async (test) => {
	const w = await World.start({ settings: { http_workers: 4 } });

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('berta', 'citizen', { id: idNumber(2) });

	await test('8: without a key, with an empty one, two or one of 256 characters: 400, nothing stored', async () => {
		for (const headers of [{}, { 'Idempotency-Key': '' }, { 'Idempotency-Key': ['a', 'b'] }, { 'Idempotency-Key': 'k'.repeat(256) }]) {
			const answer = await w.http('POST', '/api/v1/applications', { who: 'anna', json: birth(), headers });
			assert.equal(answer.status, 400, JSON.stringify(headers));
			assert.match(answer.json.type, /no-idempotency-key$/);
		}
		assert.equal(count(w), 0);
	});

	let first, body;
	await test('8: same key, same body: the stored 201 byte for byte, marked as replayed', async () => {
		body = birth();
		first = await w.file('anna', body, { key: 'one' });
		assert.equal(first.status, 201);
		await w.finished('anna', first.json.number);
		const again = await w.file('anna', body, { key: 'one' });
		assert.equal(again.status, 201);
		assert.equal(again.text, first.text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
		assert.equal(count(w), 1);
	});

	await test('the same body with its members in another order is the same body', async () => {
		const turned = { form: Object.fromEntries(Object.entries(body.form).reverse()), event: 'birth' };
		const again = await w.file('anna', turned, { key: 'one' });
		assert.equal(again.text, first.text);
	});

	await test('8: same key, other body: 422, nothing stored', async () => {
		const answer = await w.file('anna', birth(), { key: 'one' });
		assert.equal(answer.status, 422, answer.text);
		assert.match(answer.json.type, /idempotency-key-reused$/);
		assert.equal(count(w), 1);
	});

	await test('8: another caller with the same key gets an application of his own, and nothing of the first', async () => {
		const answer = await w.file('berta', birth(), { key: 'one' });
		assert.equal(answer.status, 201, answer.text);
		assert.notEqual(answer.json.number, first.json.number);
		assert.equal(answer.headers['idempotent-replayed'], undefined);
		assert.equal(count(w), 2);
	});

	await test('8: 64 at once: one application, one answer byte for byte, all but one marked as replayed', async () => {
		const same = birth();
		const answers = await Promise.all(Array.from({ length: 64 }, () => w.file('anna', same, { key: 'many' })));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
		assert.equal(new Set(answers.map((a) => a.text)).size, 1);
		assert.equal(answers.filter((a) => a.headers['idempotent-replayed'] === 'true').length, 63);
		assert.equal(count(w), 3);
		await w.finished('anna', answers[0].json.number);
		const effects = (await w.ledger()).filter((l) => l.application === answers[0].json.number);
		assert.ok(effects.every((l) => l.effects <= 1 && l.attempts === 1), 'nothing was sent twice');
	});

	await test('8: 64 bodies at once under one key: one is accepted, the others are told that the key is used', async () => {
		const before = count(w);
		const answers = await Promise.all(Array.from({ length: 64 }, () => w.file('anna', birth(), { key: 'race' })));
		const statuses = answers.map((a) => a.status).sort();
		assert.deepEqual(statuses, [201, ...Array(63).fill(422)]);
		assert.equal(count(w), before + 1);
	});

	await test('64 keys at once for 64 children: 64 applications', async () => {
		const before = count(w);
		const answers = await Promise.all(Array.from({ length: 64 }, () => w.file('berta', birth())));
		assert.ok(answers.every((a) => a.status === 201));
		assert.equal(new Set(answers.map((a) => a.json.number)).size, 64);
		assert.equal(count(w), before + 64);
	});

	await test('200 more, in one page of 200 with a cursor to the rest', async () => {
		await w.account('busy', 'citizen', { id: idNumber(3) });
		const answers = await Promise.all(Array.from({ length: 203 }, () => w.file('busy', birth())));
		assert.ok(answers.every((a) => a.status === 201));
		const list = async (query) => (await w.http('GET', `/api/v1/applications?limit=200${query}`, { who: 'busy' })).json;
		const first = await list('');
		assert.equal(first.applications.length, 200);
		const rest = await list(`&cursor=${first.cursor}`);
		assert.deepEqual([rest.applications.length, rest.cursor], [3, null]);
		assert.equal(new Set([...first.applications, ...rest.applications].map((a) => a.number)).size, 203);
	});

	await test('the same child again under another key: 409, by whoever; a twin of another name is accepted', async () => {
		const twin = birth();
		await w.accepted('anna', twin);
		const before = count(w);
		for (const who of ['anna', 'berta']) {
			const answer = await w.file(who, twin);
			assert.equal(answer.status, 409, answer.text);
			assert.match(answer.json.type, /conflict$/);
		}
		assert.equal(count(w), before);
		await w.accepted('anna', birth({ birth_weight_g: 2900 }));
	});

	await test('the same child 16 times at once under 16 keys: one is accepted, 15 get 409', async () => {
		const twin = birth();
		const answers = await Promise.all(Array.from({ length: 16 }, () => w.file('anna', twin)));
		assert.deepEqual(answers.map((a) => a.status).sort(), [201, ...Array(15).fill(409)]);
	});

	await test('the key of a refused child is free for a corrected form', async () => {
		const key = 'refused';
		const twin = birth();
		await w.accepted('anna', twin);
		assert.equal((await w.file('anna', twin, { key })).status, 409);
		assert.equal((await w.file('anna', birth(), { key })).status, 201);
		assert.equal((await w.file('anna', birth({ child_name: undefined }), { key: 'wrong' })).status, 422);
		assert.equal((await w.file('anna', birth(), { key: 'wrong' })).status, 201);
	});

	await test('a key of 255 characters, of quotes and of Chinese bytes is a key like any other', async () => {
		for (const key of ['k'.repeat(255), `';DROP TABLE application;--"\\`, Buffer.from('键').toString('latin1')]) {
			const one = birth();
			const made = await w.file('anna', one, { key });
			assert.equal(made.status, 201, made.text);
			assert.equal((await w.file('anna', one, { key })).text, made.text);
		}
	});

	await test('verify says 0 differences', () => w.verify());
	await w.stop();
});
