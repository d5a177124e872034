/* correction.cjs: giving what a department sent back, through HTTP: only what was asked for, once, in a
 * round of its own; what was not yet sent takes the new value, what was sent keeps what it carried; a
 * correction races others and withdrawals, and survives a kill.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, idNumber, sleep, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const path = (number) => `/api/v1/applications/${number}/correction`;

suite(async (test) => {
	const w = await World.start();
	let special = () => undefined;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('berta', 'citizen', { id: idNumber(2), full: '赵敏' });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('clerk', 'clerk', { department: 'public_security', divisions: ['330111'] });
	const back = (field) => ({ status: 200, body: { state: 'correction', result_id: 'PS-3',
		fields: [{ field, reason: '与户口簿不一致' }], materials: [] } });
	/* The police send the first round of hukou_birth back for the householder's name. */
	const sendBack = (call) => call.json && call.json.item === 'hukou_birth' && call.json.round === 1 && !call.json.of
		? back('householder_name') : undefined;
	w.gate.rule = (call) => special(call) || sendBack(call);
	const correct = (who, number, json, { key = crypto.randomUUID(), ...more } = {}) =>
		w.http('POST', path(number), { who, json, key, ...more });
	async function sentBack(who = 'anna', body = birth()) {
		const { number } = await w.accepted(who, body);
		await w.watch(who, number, 'hukou_birth is sent back', (a) => item(a, 'hukou_birth').status === 'correction');
		return number;
	}
	const name = (value) => ({ form: { householder_name: value } });

	await test('what is marked is told with its pointer; the application waits for the applicant', async () => {
		const number = await sentBack(), a = await w.show('anna', number);
		assert.equal(a.status, 'waiting_for_applicant');
		assert.equal(a.next.who, 'applicant');
		assert.deepEqual(item(a, 'hukou_birth').correction.map((c) => [c.pointer, c.reason]),
			[['/form/householder_name', '与户口簿不一致']]);
		assert.ok(JSON.stringify(a.next).includes('/form/householder_name') || item(a, 'hukou_birth').correction.length === 1);
	});

	await test('corrected: the item goes in round 2 under a new key, with the new value; it finishes', async () => {
		const number = await sentBack();
		const answer = await correct('anna', number, name('王守仁'));
		assert.equal(answer.status, 200, answer.text);
		assert.equal(item(answer.json, 'hukou_birth').round, 2);
		const done = await w.finished('anna', number);
		assert.equal(item(done, 'hukou_birth').status, 'approved');
		const [first, second] = [1, 2].map((round) => w.gate.find(number, 'hukou_birth', round));
		assert.equal(second.json.data.householder_name, '王守仁');
		assert.notEqual(first.json.data.householder_name, '王守仁');
		assert.equal(second.key, first.key.replace(/-1-f$/, '-2-f'));
		const told = (await w.http('GET', `/api/v1/applications/${number}/disclosures`, { who: 'anna' })).json.told;
		assert.deepEqual(told.filter((t) => t.item === 'hukou_birth').map((t) => t.round), [1, 2]);
		const what = (await w.history('anna', number)).filter((e) => e.item === 'hukou_birth').map((e) => `${e.what} ${e.round}`);
		assert.deepEqual(what.filter((x) => /^sent|^approved/.test(x)), ['sent 1', 'sent 2', 'approved 2']);
		assert.ok((await w.history('anna', number)).some((e) => e.what === 'corrected'));
		assert.ok(!JSON.stringify(await w.history('anna', number)).includes('王守仁'));
	});

	await test('only what was asked for: anything else is 422 with its pointer, and nothing changes', async () => {
		const number = await sentBack();
		for (const [body, pointer] of [[{ form: { child_name: '王小明' } }, '/form/child_name'],
			[{ form: { no_such_question: 1 } }, '/form/no_such_question'], [{ form: { householder_name: 5 } }, '/form/householder_name'],
			[{ form: { householder_name: null } }, '/form/householder_name'], [{ materials: { no_such_paper: 'x' } }, '/materials/no_such_paper'],
			[{ form: [] }, '/form'], [{ why: 1 }, '/why']]) {
			const answer = await correct('anna', number, body);
			assert.equal(answer.status, 422, `${JSON.stringify(body)}: ${answer.text}`);
			assert.ok(answer.json.errors.some((e) => e.pointer === pointer), `${pointer}: ${answer.text}`);
		}
		assert.equal(item(await w.show('anna', number), 'hukou_birth').round, 1);
		assert.equal((await correct('anna', number, name('王守仁'))).status, 200);
	});

	await test('the same key again: the stored answer byte for byte; other body 422; nothing asked any more 409', async () => {
		const number = await sentBack(), key = crypto.randomUUID();
		const first = await correct('anna', number, name('王守仁'), { key });
		assert.equal(first.status, 200, first.text);
		const again = await correct('anna', number, name('王守仁'), { key });
		assert.deepEqual([again.status, again.text, again.headers['idempotent-replayed']], [200, first.text, 'true']);
		assert.equal((await correct('anna', number, name('别人'), { key })).status, 422);
		assert.equal((await correct('anna', number, name('王守仁'))).status, 409);
		assert.equal((await correct('anna', number, name('王守仁'), { key: null })).status, 400);
		await w.finished('anna', number);
		assert.equal((await correct('anna', number, name('王守仁'))).status, 409);
		assert.equal((await correct('anna', number, name('王守仁'), { key })).text, first.text);
	});

	await test('a key whose correction was refused is free for a better one', async () => {
		const number = await sentBack(), key = crypto.randomUUID();
		assert.equal((await correct('anna', number, { form: { householder_name: null } }, { key })).status, 422);
		assert.equal((await correct('anna', number, name('王守仁'), { key })).status, 200);
	});

	await test('33: eight tabs at once: one correction wins, one round is opened', async () => {
		const number = await sentBack();
		const all = await Promise.all(Array.from({ length: 8 }, (_, i) => correct('anna', number, name(`王守${'仁义礼智信温良恭'[i]}`))));
		assert.deepEqual(all.map((a) => a.status).sort(), [200, ...Array(7).fill(409)]);
		const done = await w.finished('anna', number);
		assert.equal(item(done, 'hukou_birth').round, 2);
		const winner = all.findIndex((a) => a.status === 200);
		assert.equal(w.gate.find(number, 'hukou_birth', 2).json.data.householder_name, `王守${'仁义礼智信温良恭'[winner]}`);
	});

	await test('a correction against a withdrawal: either order is right, and the loser is told', async () => {
		for (let i = 0; i < 4; i++) {
			const number = await sentBack();
			let both; /* until both are told the department does not answer: nothing ends meanwhile */
			const told = new Promise((done) => { both = done; });
			special = (call) => call.json?.application === number && call.json.round === 2 && !call.json.of ? told : undefined;
			const pair = [correct('anna', number, name('王守仁')), w.http('POST', `/api/v1/applications/${number}/withdrawal`,
				{ who: 'anna', json: {}, key: crypto.randomUUID() })];
			const [corrected, withdrawn] = await Promise.all(i % 2 ? pair : pair.reverse()).then((l) => i % 2 ? l : l.reverse());
			both();
			assert.equal(withdrawn.status, 200, withdrawn.text);
			assert.ok([200, 409].includes(corrected.status), corrected.text);
			await w.watch('anna', number, 'withdrawn', (a) => a.status === 'withdrawn');
			const words = (await w.history('anna', number)).map((e) => e.what);
			const at = words.indexOf('withdrawal');
			assert.ok(!words.slice(at).includes('sent'), words.join(' '));
		}
		special = () => undefined;
	});

	await test('who may: the applicant and the agent who filed; others see nothing, a clerk may not', async () => {
		const number = await sentBack();
		assert.equal((await correct('berta', number, name('王守仁'))).status, 404);
		assert.equal((await correct('clerk', number, name('王守仁'))).status, 403);
		assert.equal((await correct(undefined, number, name('王守仁'))).status, 401);
		assert.equal((await correct('anna', number, name('王守仁'))).status, 200);
	});

	await test('a late answer of round 1 changes nothing in round 2', async () => {
		let held;
		special = (call) => call.json && call.json.item === 'hukou_birth' && call.json.round === 2
			? held || { status: 202, body: { state: 'pending', result_id: 'PS-4' } } : undefined;
		const number = await sentBack(), { key } = w.gate.find(number, 'hukou_birth');
		assert.equal((await correct('anna', number, name('王守仁'))).status, 200);
		await w.watch('anna', number, 'round 2 is acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		assert.equal((await w.callback('public_security', { key, state: 'rejected', result_id: 'PS-3', reason: '不行' })).status, 202);
		await until('the late answer is recorded', async () => (await w.history('anna', number)).some((e) => e.what === 'late'));
		assert.deepEqual([item(await w.show('anna', number), 'hukou_birth').status, item(await w.show('anna', number), 'hukou_birth').round],
			['acknowledged', 2]);
		await w.callback('public_security', { key: key.replace(/-1-f$/, '-2-f'), state: 'approved', result_id: 'PS-5',
			outputs: { child_id_no: idNumber(5, true, '20261120'), hukou_no: 'H1', hukou_region_code: '330111' } });
		await w.finished('anna', number);
		special = () => undefined;
	});

	await test('killed between: told is kept, the correction is made once, and read back after the restart', async () => {
		const numbers = await Promise.all(Array.from({ length: 5 }, () => sentBack()));
		const answers = new Map();
		const asked = numbers.map((number) => correct('anna', number, name('王守仁'), { key: `kill-${number}` })
			.then((a) => answers.set(number, a), () => undefined));
		await sleep(25);
		await w.node.kill('SIGKILL');
		await Promise.all(asked);
		await w.startNode();
		for (const number of numbers) {
			const again = await correct('anna', number, name('王守仁'), { key: `kill-${number}` });
			assert.equal(again.status, 200, again.text);
			if (answers.has(number) && answers.get(number).status === 200)
				assert.equal(again.text, answers.get(number).text);
			const done = await w.finished('anna', number);
			assert.equal(item(done, 'hukou_birth').round, 2);
			assert.equal(w.gate.find(number, 'hukou_birth', 2).json.data.householder_name, '王守仁');
			assert.equal((await w.history('anna', number)).filter((e) => e.what === 'corrected').length, 1);
		}
	});

	await test('what people changed is sealed: no plain name in the tables', async () => {
		assert.deepEqual(w.sql("SELECT count(*) FROM revision WHERE position(convert_to('王守仁', 'UTF8') in sealed) > 0"), ['0']);
		assert.deepEqual(w.sql("SELECT count(*) FROM petition WHERE position(convert_to('王守仁', 'UTF8') in body) > 0"), ['0']);
		assert.ok(Number(w.sql('SELECT count(*) FROM revision')[0]) > 5);
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
