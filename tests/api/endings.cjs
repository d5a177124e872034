/* endings.cjs: every way in which a department's answer may end, told by the simulated departments'
 * test persons and by a gate that answers in their place. All are filed at once, then looked at.
 */
'use strict';
const { assert, birthForm, childName, idNumber, suite, until, World } = require('./harness.cjs');
const fs = require('node:fs');
const path = require('node:path');

const item = (a, id) => a.items.find((i) => i.id === id);
const states = (a) => Object.fromEntries(a.items.filter((i) => i.status !== 'skipped').map((i) => [i.id, i.status]));

/* Departments that have said "pending" are asked after a second, not after ten minutes. */
function askSoon(w) {
	const file = path.join(w.connectors, 'public_security.lua');
	fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('ask_after = "10m"', 'ask_after = "1s"'));
}

suite(async (test) => {
	const w = await World.start({ own: askSoon, faults: [] });
	const behaviour = new Map(); /* child -> answers for its vaccination record, one a call */

	await w.account('anna', 'citizen', { id: idNumber(1) });
	w.gate.rule = (call) => {
		const list = call.json && call.json.item === 'vaccination_record' && behaviour.get(call.json.data.child_name);
		return list && list.length > 0 ? list.shift() : undefined;
	};
	const file = async (changes) => (await w.accepted('anna', { event: 'birth', form: birthForm(changes) })).number;
	const spoilt = async (...answers) => {
		const child_name = childName();
		behaviour.set(child_name, answers);
		return file({ child_name });
	};
	const vaccination = (number) => w.gate.of(number).filter((c) => c.json.item === 'vaccination_record');
	const at = (number, id, ...wanted) => w.watch('anna', number, `${id} is ${wanted}`, (a) => wanted.includes(item(a, id).status));

	const final = { 400: {}, 404: {}, 405: {}, 410: {}, 413: {}, 415: {}, 422: {}, 418: {}, 301: { Location: 'http://127.0.0.1:1/' },
		302: { Location: '/' }, 307: {} };
	const broken = {
		408: { status: 408 }, 409: { status: 409 }, 425: { status: 425 }, '429 with Retry-After': { status: 429,
			headers: { 'Retry-After': '1' } },
		500: { status: 500 }, 502: { status: 502 }, 503: { status: 503 }, 201: { status: 201, body: { state: 'approved', result_id: '1' } },
		204: { status: 204, text: '', headers: {} }, 'an empty 200': { status: 200, text: '' },
		'HTML': { status: 200, text: '<html>login</html>', headers: { 'content-type': 'text/html' } },
		'JSON called text': { status: 200, text: '{"state":"approved","result_id":"1","outputs":{"vaccination_no":"1"}}',
			headers: { 'content-type': 'text/plain' } },
		'cut JSON': { status: 200, text: '{"state":"approved","result_id":"1","outputs":{"vaccination_no":' },
		'a key twice': { status: 200,
			text: '{"state":"rejected","state":"approved","result_id":"1","reason":"x","outputs":{"vaccination_no":"1"}}' },
		'no state': { status: 200, body: { result_id: '1' } }, 'an unknown state': { status: 200, body: { state: 'perhaps',
			result_id: '1' } },
		'approved without a receipt': { status: 200, body: { state: 'approved', outputs: { vaccination_no: '1' } } },
		'rejected without a reason': { status: 200, body: { state: 'rejected', result_id: '1' } },
		'202 without a receipt': { status: 202, body: { state: 'pending' } }, '202 approved': { status: 202, body: { state: 'approved',
			result_id: '1' } },
		'an array': { status: 200, body: [] }, '1e400': { status: 200,
			text: '{"state":"approved","result_id":"1","outputs":{"vaccination_no":1e400}}' },
		'depth 2000': { status: 200, text: `{"state":"approved","result_id":"1","outputs":${'['.repeat(2000)}${']'.repeat(2000)}}` },
		'two megabytes': { status: 200,
			text: `{"state":"approved","result_id":"1","outputs":{"vaccination_no":"${'x'.repeat(2 << 20)}"}}` },
		'an approval of another key': { status: 200, body: { key: '330111-2611-0-00-1-f', state: 'approved', result_id: '1',
			outputs: { vaccination_no: '1' } } },
		'a reset connection': 'reset',
	};
	const many = { rejected: file({ householder_name: '张拒绝' }), root: file({ mother_name: '张全拒', householder_name: '李秀兰' }),
		corrected: file({ householder_name: '王补正' }), early: file({ father_name: '王补正' }), waits: file({ householder_name: '李等待' }),
		silent: file({ householder_name: '钱无信' }), attention: file({ householder_name: '赵转人工' }),
			lacking: file({ householder_name: '冯缺项' }),
		contradicts: file({ householder_name: '吴反复' }), kept: file({ householder_name: '孙不撤' }), no_record: null };
	many.no_record = file({ child_name: '周无档', mother_name: '周慧兰' });
	const finals = Object.entries(final).map(([status, headers]) => [status, spoilt({ status: Number(status), headers, body: {} })]);
	const again = Object.entries(broken).map(([what, answer]) => [what, spoilt(answer)]);
	const twice = spoilt({ status: 500 }, { status: 503 });
	const outputs = [{}, { vaccination_no: 7 }, { vaccination_no: '' }, { vaccination_no: null }, { other: 'x' }]
		.map((o) => spoilt({ status: 200, body: { state: 'approved', result_id: 'CDC-1', outputs: o } }));
	const numbers = {};
	for (const [name, filed] of Object.entries(many))
		numbers[name] = await filed;

	await test('refused: the reason as it was told; what needs it is blocked, the rest is done', async () => {
		const a = await w.finished('anna', numbers.rejected);
		assert.deepEqual(states(a), { birth_certificate: 'approved', vaccination_record: 'approved', hukou_birth: 'refused',
			medical_insurance_enrol: 'blocked',
			medical_insurance_premium: 'blocked', social_security_card: 'blocked', child_health_record: 'approved' });
		const { problem, receipt } = item(a, 'hukou_birth');
		assert.deepEqual([problem.code, problem.text], ['refused', '经核查,不符合办理条件。可在六十日内申请行政复议。']);
		assert.ok(receipt);
		assert.equal(item(a, 'social_security_card').problem.code, 'blocked');
		assert.match(item(a, 'social_security_card').problem.text, /出生登记/);
		assert.ok(!w.gate.find(numbers.rejected, 'social_security_card'), 'nobody was asked in vain');
		const told = (await w.http('GET', `/api/v1/applications/${numbers.rejected}/disclosures`, { who: 'anna' })).json.not_told;
		assert.ok(told.some((t) => t.item === 'social_security_card'), 'and the one who was not asked was told nothing');
	});

	await test('refused at the root: all that hangs on it is blocked, one by one, and it ends', async () => {
		const a = await w.finished('anna', numbers.root);
		assert.deepEqual(states(a), { birth_certificate: 'refused', vaccination_record: 'approved', hukou_birth: 'blocked',
			medical_insurance_enrol: 'blocked',
			medical_insurance_premium: 'blocked', social_security_card: 'blocked', child_health_record: 'blocked' });
		assert.ok(a.saved, 'measured all the same');
	});

	await test('correction: what is to be corrected and why; the rest goes on; the applicant is next', async () => {
		const a = await w.watch('anna', numbers.corrected, 'waits for the applicant', (one) =>
			one.status === 'waiting_for_applicant' && item(one, 'child_health_record').status === 'approved');
		assert.equal(item(a, 'hukou_birth').status, 'correction');
		assert.deepEqual(item(a, 'hukou_birth').correction, [{ pointer: '/form/householder_name', field: 'householder_name',
			title: '户主姓名', reason: '姓名与证件不一致,请核对后重填' }]);
		assert.equal(a.next.who, 'applicant');
		assert.equal(item(a, 'social_security_card').status, 'waiting');
		const early = await w.watch('anna', numbers.early, 'waits for the applicant', (one) => one.status === 'waiting_for_applicant');
		assert.equal(item(early, 'birth_certificate').status, 'correction');
		assert.equal(item(early, 'birth_certificate').correction[0].field, 'father_name');
		await at(numbers.early, 'vaccination_record', 'approved');
	});

	await test('202, then a callback of the department itself: acknowledged, approved, finished', async () => {
		let a = await w.finished('anna', numbers.waits);
		for (let i = 0; i < 5 && !item(a, 'hukou_birth').acknowledged_at; i++) { /* the callback came before the answer: a busy machine */
			numbers.waits = await file({ householder_name: '李等待' });
			a = await w.finished('anna', numbers.waits);
		}
		assert.ok(item(a, 'hukou_birth').acknowledged_at);
		const words = (await w.history('anna', numbers.waits)).filter((e) => e.item === 'hukou_birth').map((e) => e.what);
		assert.deepEqual(words, ['sent', 'acknowledged', 'approved']);
	});

	await test('202 and never a word: it is asked, signed and with an empty body, and finishes', async () => {
		await w.finished('anna', numbers.silent);
		const key = w.gate.find(numbers.silent, 'hukou_birth').key;
		const asked = w.gate.calls.filter((c) => c.method === 'GET' && c.target.includes(encodeURIComponent(key)));
		assert.ok(asked.length >= 1);
		assert.equal(asked[0].target, `/public_security/register_birth?key=${key}`);
		assert.equal(asked[0].body.length, 0);
		assert.match(asked[0].headers['x-signature-v2'], /^[0-9a-f]{64}$/);
	});

	await test('422: attention at once, never tried again; the rest goes on', async () => {
		const a = await at(numbers.attention, 'hukou_birth', 'attention');
		assert.equal(item(a, 'hukou_birth').problem.code, 'attention');
		assert.match(item(a, 'hukou_birth').problem.text, /[\u4e00-\u9fff]/);
		await at(numbers.attention, 'child_health_record', 'approved');
		assert.equal((await w.show('anna', numbers.attention)).status, 'in_progress');
	});

	await test('approved with outputs that break the promise: attention, the receipt kept, nothing taken over', async () => {
		const a = await at(numbers.lacking, 'hukou_birth', 'attention');
		assert.ok(item(a, 'hukou_birth').receipt);
		assert.equal(item(a, 'hukou_birth').outputs, null);
		for (const filed of outputs) {
			const one = await at(await filed, 'vaccination_record', 'attention');
			assert.equal(item(one, 'vaccination_record').receipt, 'CDC-1');
			assert.equal(vaccination(one.number).length, 1);
		}
	});

	await test('approved, then contradicted: what came first stays, and the conflict stands in the history', async () => {
		await w.finished('anna', numbers.contradicts);
		const first = item(await w.show('anna', numbers.contradicts), 'hukou_birth').status;
		await until('the conflict', async () => (await w.history('anna', numbers.contradicts)).some((e) => e.item === 'hukou_birth'
			&& e.what === 'conflict'));
		assert.equal(item(await w.show('anna', numbers.contradicts), 'hukou_birth').status, first);
		await w.finished('anna', numbers.kept);
	});

	await test('a paper that its keeper does not have is asked of the applicant; only what uses it waits', async () => {
		const a = await w.watch('anna', numbers.no_record, 'waits for the paper', (one) =>
			one.status === 'waiting_for_applicant' && item(one, 'social_security_card').status === 'approved');
		assert.equal(item(a, 'vaccination_record').status, 'waiting');
		assert.deepEqual(a.materials.find((m) => m.id === 'handbook').upload_needed, true);
		assert.equal(a.next.who, 'applicant');
		assert.equal(vaccination(numbers.no_record).length, 0);
	});

	await test('400, 404, 405, 410, 413, 415, 422, another 4xx and 3xx: attention, one call, no redirect followed', async () => {
		for (const [status, filed] of finals) {
			const number = await filed;
			await at(number, 'vaccination_record', 'attention');
			await at(number, 'child_health_record', 'approved');
			assert.equal(vaccination(number).length, 1, status);
		}
	});

	await test('no answer, half an answer, any other 2xx, 408 to 5xx: tried again under the same key, then approved', async () => {
		for (const [what, filed] of again) {
			const number = await filed;
			const a = await w.finished('anna', number).catch((e) => { throw new Error(`${what}: ${e.message}`); });
			const calls = vaccination(number);
			assert.ok(calls.length === 2 || (what === 'a reset connection' && calls.length >= 2), `${what}: ${calls.length} calls`);
			assert.equal(new Set(calls.map((c) => `${c.key} ${c.target} ${c.body}`)).size, 1, what);
			assert.equal(item(a, 'vaccination_record').problem, null, what);
			const words = (await w.history('anna', number)).filter((e) => e.item === 'vaccination_record').map((e) => e.what);
			assert.deepEqual(words.filter((one) => one !== 'silent'), ['sent', 'approved'], what);
		}
		const effects = (await w.ledger()).filter((l) => l.item === 'vaccination_record' && !l.undone_by);
		assert.ok(effects.every((l) => l.effects === 1), 'each effect once');
	});

	await test('the waits grow, with jitter, and each attempt is signed anew', async () => {
		const number = await twice;
		const a = await w.finished('anna', number);
		assert.equal(item(a, 'vaccination_record').attempts, 3);
		const [first, second, third] = vaccination(number);
		assert.ok(second.at - first.at >= 450 && second.at - first.at < 2500, `${second.at - first.at} ms`);
		assert.ok(third.at - second.at >= 950 && third.at - second.at < 4000, `${third.at - second.at} ms`);
		assert.notEqual(first.headers['x-signature'], third.headers['x-signature']);
		assert.equal(first.headers['idempotency-key'], third.headers['idempotency-key']);
	});

	await test('Retry-After is obeyed, and meanwhile the item says who is silent and when it is tried again', async () => {
		const number = await spoilt({ status: 503, headers: { 'Retry-After': '3' } });
		const a = await w.watch('anna', number, 'silent', (one) => item(one, 'vaccination_record').problem);
		const { problem, status } = item(a, 'vaccination_record');
		assert.deepEqual([status, problem.code], ['sent', 'silent']);
		assert.ok(problem.next_try_at > problem.since && problem.text);
		await w.finished('anna', number);
		const [first, second] = vaccination(number);
		assert.ok(second.at - first.at >= 2900, `${second.at - first.at} ms`);
	});

	await test('a department that refuses our signature stops alone: one call, an alarm, the others go on', async () => {
		const rule = w.gate.rule;
		w.gate.rule = (call) => call.department === 'hrss' ? { status: 401, body: {} } : rule(call);
		const one = await file({});
		await w.watch('anna', one, 'the department is silent', (a) => item(a, 'social_security_card').problem);
		const two = await file({});
		for (const number of [one, two])
			await w.watch('anna', number, 'the others are done', (a) => item(a, 'medical_insurance_premium').status === 'approved');
		assert.equal(w.gate.calls.filter((c) => c.department === 'hrss' && [one, two].includes(c.json.application)).length, 1);
		const { text } = await w.http('GET', '/metrics');
		assert.match(text, /department="hrss",state="stopped"\} 1$/m);
		assert.match(text, /department="cdc",state="stopped"\} 0$/m);
		assert.match(w.node.text(), /<3>.*hrss refuses our signature/);
		assert.equal(item(await w.show('anna', one), 'social_security_card').status, 'sent');
		w.gate.rule = rule;
	});

	await test('verify says 0 differences after all of it', () => w.verify());
	await w.stop();
});
