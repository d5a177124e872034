/* withdrawal.cjs: withdrawing, through HTTP, from its preview to the last undo: what has not started
 * stops, what can be undone is, dependents first, once, under a key of its own; nothing goes forward
 * any more; each request is decided once, whoever repeats it, races it or is killed between.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, atRest, birth, idNumber, request, sleep, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const path = (number) => `/api/v1/applications/${number}/withdrawal`;

suite(async (test) => {
	const w = await World.start();
	let pending = new Set(['medical_insurance_enrol']), special = () => undefined;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('berta', 'citizen', { id: idNumber(2), full: '赵敏' });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('other', 'agent', { divisions: ['330106'] });
	await w.account('clerk', 'clerk', { department: 'public_security', divisions: ['330111'] });
	/* The items in `pending` are done, but we are told 202. */
	w.gate.rule = async (call) => {
		const given = await special(call);
		if (given)
			return given;
		if (!call.json || !pending.has(call.json.item) || call.json.of)
			return undefined;
		const done = await request(w.departmentsPort, { method: 'POST', path: call.target, headers: call.headers, body: call.body });
		return { status: 202, body: { state: 'pending', result_id: done.json.result_id } };
	};
	const undos = (number) => w.gate.of(number).filter((c) => /\/cancel$/.test(c.target) && c.method === 'POST');
	const withdraw = (who, number, { reason = '不办了', key = crypto.randomUUID(), ...more } = {}) =>
		w.http('POST', path(number), { who, json: reason === null ? {} : { reason }, key, ...more });
	async function started(who = 'anna', body = birth()) {
		const { number } = await w.accepted(who, body);
		await w.watch(who, number, 'the insurance is acknowledged, all that does not wait for it made', (a) =>
			item(a, 'medical_insurance_enrol').status === 'acknowledged' && atRest(a, 'medical_insurance_enrol'));
		return number;
	}
	const withdrawn = (who, number) => w.watch(who, number, `${number} is withdrawn`, (a) => a.status === 'withdrawn');
	const words = async (number) => (await w.history('anna', number)).map((e) => `${e.what}${e.item ? ` ${e.item}` : ''}`);

	await test('the preview says of each item: stops, undone or stays; and changes nothing', async () => {
		const number = await started();
		const before = await w.show('anna', number);
		const answer = await w.http('GET', path(number), { who: 'anna' });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.possible, true);
		const effects = Object.fromEntries(answer.json.items.map((i) => [i.item, i.effect]));
		assert.equal(effects.medical_insurance_premium, 'stops');
		assert.equal(effects.vaccination_record, 'undone');
		assert.ok(answer.json.items.every((i) => i.title && ['stops', 'undone', 'stays'].includes(i.effect)), answer.text);
		assert.deepEqual(await w.show('anna', number), before);
	});

	await test('withdrawn: what waits stops, what was done is undone once, under a key of its own', async () => {
		const number = await started();
		const preview = (await w.http('GET', path(number), { who: 'anna' })).json.items;
		const answer = await withdraw('anna', number);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.withdrawal.reason, '不办了');
		assert.equal(item(answer.json, 'medical_insurance_premium').status, 'withdrawn');
		const told = Date.now();
		const done = await withdrawn('anna', number);
		assert.equal(done.next.who, 'nobody');
		for (const { item: id, effect } of preview) {
			const i = item(done, id), calls = undos(number).filter((c) => c.json.item === id);
			if (effect === 'undone') {
				assert.deepEqual([i.status, i.undo], ['withdrawn', 'done'], id);
				assert.equal(calls.length, 1, id);
				const forward = w.gate.of(number).find((c) => c.json.item === id && !c.json.of);
				assert.equal(calls[0].json.of, forward.key);
				assert.equal(calls[0].target, `${forward.target}/cancel`);
				assert.equal(calls[0].key, forward.key.replace(/f$/, 'u'));
				assert.equal(calls[0].json.result_id, i.receipt);
			} else if (effect === 'stays') {
				assert.deepEqual([i.status, i.undo, calls.length], ['approved', 'impossible', 0], id);
			} else {
				assert.deepEqual([i.status, calls.length], ['withdrawn', 0], id);
				assert.equal(w.gate.of(number).filter((c) => c.json.item === id).length, 0, id);
			}
		}
		const late = w.gate.of(number).filter((c) => c.at > told && c.method === 'POST' && !c.json.of);
		assert.deepEqual(late.map((c) => c.json.item), [], 'nothing went forward after it was told');
		const ledger = (await w.ledger()).filter((e) => e.key && e.key.startsWith(undos(number)[0].key.slice(0, 25)));
		assert.ok(ledger.every((e) => e.effects <= 1), JSON.stringify(ledger));
		const all = await words(number);
		assert.ok(all.indexOf('withdrawal') < all.indexOf('undo_sent vaccination_record'));
		assert.ok(all.indexOf('undo_sent vaccination_record') < all.indexOf('undone vaccination_record'));
		assert.equal(all.at(-1), 'withdrawn');
	});

	await test('dependents are undone before what they needed', async () => {
		pending = new Set(['social_security_card']);
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'the card is under way', (a) => item(a, 'social_security_card').status === 'acknowledged');
		assert.equal((await withdraw('anna', number)).status, 200);
		await withdrawn('anna', number);
		const order = undos(number).map((c) => c.json.item);
		const a = await w.show('anna', number);
		for (const id of order)
			for (const need of item(a, id).needs.filter((n) => order.includes(n)))
				assert.ok(order.indexOf(id) < order.indexOf(need), `${id} before ${need}: ${order}`);
		assert.ok(order.length > 2, String(order));
		assert.ok(order.includes('social_security_card'), 'what was only acknowledged is undone too');
		assert.deepEqual(w.sql(`SELECT o.item FROM operation o JOIN application a ON a.division = o.division AND a.id = o.application
			WHERE a.number = '${number}' AND o.item < 64 AND o.state < 2`), [], 'and its operation decided with it');
		pending = new Set(['medical_insurance_enrol']);
	});

	await test('a 202 to the undo: asked or told later; in progress until then', async () => {
		const number = await started();
		special = (call) => call.json && call.json.of && call.json.item === 'vaccination_record'
			? { status: 202, body: { state: 'pending', result_id: 'U-1' } } : undefined;
		assert.equal((await withdraw('anna', number)).status, 200);
		await until('the undo was sent', () => undos(number).find((c) => c.json.item === 'vaccination_record'));
		await sleep(300);
		const between = await w.show('anna', number);
		assert.deepEqual([between.status, item(between, 'vaccination_record').undo], ['in_progress', 'pending']);
		assert.ok(between.withdrawal && between.withdrawal.at);
		const { key, department } = undos(number).find((c) => c.json.item === 'vaccination_record');
		const answer = await w.callback(department, { key, state: 'cancelled', result_id: 'U-1' });
		assert.equal(answer.status, 202, answer.text);
		special = () => undefined;
		assert.equal(item(await withdrawn('anna', number), 'vaccination_record').undo, 'done');
	});

	await test('an undo that is refused: the item stays in force, with the department\'s reason', async () => {
		const number = await started();
		special = (call) => call.json && call.json.of && call.json.item === 'vaccination_record'
			? { status: 200, body: { state: 'rejected', result_id: 'U-1', reason: '疫苗已经接种,不能撤销' } } : undefined;
		assert.equal((await withdraw('anna', number)).status, 200);
		const i = item(await withdrawn('anna', number), 'vaccination_record');
		assert.deepEqual([i.status, i.undo], ['approved', 'failed']);
		special = () => undefined;
	});

	await test('the same key again: the stored answer byte for byte; another body 422; no key 400', async () => {
		const number = await started(), key = crypto.randomUUID();
		const first = await withdraw('anna', number, { key });
		await withdrawn('anna', number);
		const again = await withdraw('anna', number, { key });
		assert.deepEqual([again.status, again.text, again.headers['idempotent-replayed']], [200, first.text, 'true']);
		assert.equal(first.headers['idempotent-replayed'], undefined);
		assert.equal((await withdraw('anna', number, { key, reason: '别的' })).status, 422);
		assert.equal((await withdraw('anna', number, { key: null })).status, 400);
		assert.equal((await withdraw('anna', number)).status, 409, 'withdrawn already');
		const filing = crypto.randomUUID(), other = await w.accepted('anna', birth(), { key: filing });
		assert.equal((await withdraw('anna', other.number, { key: filing })).json.type, '/problems/idempotency-key-reused');
	});

	await test('33: sixteen at once under sixteen keys: one is done, the others hear that it was', async () => {
		const number = await started();
		const all = await Promise.all(Array.from({ length: 16 }, () => withdraw('anna', number)));
		assert.deepEqual(all.map((a) => a.status).sort(), [200, ...Array(15).fill(409)]);
		await withdrawn('anna', number);
		assert.equal((await words(number)).filter((x) => x === 'withdrawal').length, 1);
		assert.equal(new Set(undos(number).map((c) => c.key)).size, undos(number).length);
	});

	await test('33: sixteen at once under one key: one answer for all', async () => {
		const number = await started(), key = crypto.randomUUID();
		const all = await Promise.all(Array.from({ length: 16 }, () => withdraw('anna', number, { key })));
		assert.deepEqual([...new Set(all.map((a) => `${a.status} ${a.text}`))].length, 1, all.map((a) => a.text).join('\n'));
		assert.equal(all[0].status, 200);
		await withdrawn('anna', number);
	});

	await test('who may: the applicant, the agent who filed; nobody else, and strangers learn nothing', async () => {
		const number = await started();
		assert.equal((await withdraw('berta', number)).status, 404);
		assert.equal((await withdraw('berta', number)).text, (await withdraw('berta', number.replace(/.$/, '0'))).text);
		assert.equal((await withdraw('clerk', number)).status, 403);
		assert.equal((await withdraw(undefined, number)).status, 401);
		assert.equal((await w.http('GET', path(number), { who: 'berta' })).status, 404);
		const resident = { id_number: idNumber(1), full_name: '李秀兰' };
		await w.mandated('agent', resident);
		const filed = (await w.accepted('agent', birth({}, { for: resident }))).number;
		assert.equal((await withdraw('other', filed)).status, 404);
		assert.equal((await withdraw('agent', filed)).status, 200);
		await withdrawn('anna', filed);
	});

	await test('what is asked for is read strictly', async () => {
		const number = await started();
		const send = (json) => w.http('POST', path(number), { who: 'anna', json, key: crypto.randomUUID() });
		for (const [body, code] of [[{ why: 'x' }, 'unknown_field'], [{ reason: 5 }, 'type'], [{ reason: 'x'.repeat(3000) }, 'length']]) {
			const answer = await send(body);
			assert.deepEqual([answer.status, answer.json.errors[0].code], [422, code]);
		}
		assert.equal((await send([])).status, 400);
		assert.equal((await w.show('anna', number)).withdrawal, null);
		assert.equal((await send({})).status, 200, 'no reason need be given');
	});

	await test('a withdrawn birth may be filed again; a running one not', async () => {
		const body = birth(), number = await started('anna', body);
		assert.equal((await w.file('anna', body)).status, 409);
		assert.equal((await withdraw('anna', number)).status, 200);
		await withdrawn('anna', number);
		const again = await w.accepted('anna', body);
		assert.equal((await withdraw('anna', again.number)).status, 200);
	});

	await test('killed while it withdraws: told is kept, and every undo is made once', async () => {
		const numbers = await Promise.all(Array.from({ length: 6 }, () => started()));
		special = async (call) => {
			if (call.json && call.json.of)
				await sleep(150);
			if (call.method !== 'GET' || /\/cancel/.test(call.target))
				return undefined;
			/* the new life asks for what is acknowledged: told that it is done, one whose withdrawal was not yet stored would
			 * finish before it is withdrawn again */
			const done = await request(w.departmentsPort, { method: 'GET', path: call.target, headers: call.headers });
			return done.json && done.json.state === 'approved' ? { status: 202, body: { state: 'pending', result_id: done.json.result_id } }
				: undefined;
		};
		const answers = [];
		const asked = numbers.map((number) => withdraw('anna', number, { key: `kill-${number}` })
			.then((a) => answers.push([number, a]), () => answers.push([number, null])));
		await sleep(60);
		await w.node.kill('SIGKILL');
		await Promise.all(asked);
		await w.startNode();
		for (const [number, first] of answers) {
			const again = await withdraw('anna', number, { key: `kill-${number}` });
			assert.equal(again.status, 200, again.text);
			if (first && first.status === 200)
				assert.equal(again.text, first.text);
			await withdrawn('anna', number);
			const made = undos(number), byItem = new Map();
			for (const c of made)
				byItem.set(c.json.item, (byItem.get(c.json.item) || new Set()).add(`${c.key} ${c.body}`));
			for (const [id, ways] of byItem)
				assert.equal(ways.size, 1, `${id}: one key and one body`);
		}
		const ledger = await w.ledger();
		assert.ok(ledger.every((e) => e.effects <= 1));
		special = () => undefined;
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
