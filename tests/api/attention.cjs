/* attention.cjs: what a person must look at is found by those who look after it, until it settles by
 * itself; and tokens that are revoked open nothing any more.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

suite(async (test) => {
	const w = await World.start();

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('far', 'clerk', { department: 'public_security', divisions: ['330106'] });
	await w.account('health', 'clerk', { department: 'health' });
	await w.account('operator', 'operator');
	await w.account('agent', 'agent', { divisions: ['330111'] });
	const waiting = async (who) => {
		const answer = await w.http('GET', '/api/v1/applications?attention=1', { who });
		assert.equal(answer.status, 200, answer.text);
		return answer.json.applications.map((a) => a.number);
	};
	const metric = async () => Number(((await w.http('GET', '/metrics')).text.match(/^yijianshi_attention\{department="public_security"\} (\d+)$/m)
		|| [])[1] || 0);
	const approved = (key) => ({ key, state: 'approved', result_id: 'PS-7', outputs: { child_id_no: idNumber(5, true, '20261120'),
		hukou_no: 'H1', hukou_region_code: '330111' } });
	const refusing = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 422, body: { error: 'no' } } : undefined;

	await test('an answer that breaks the protocol waits for a clerk of that department and division, and an operator', async () => {
		w.gate.rule = refusing;
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'attention', (a) => item(a, 'hukou_birth').status === 'attention');
		assert.deepEqual(await waiting('police'), [number]);
		assert.deepEqual([await waiting('far'), await waiting('health')], [[], []]);
		assert.deepEqual(await waiting('operator'), [number]);
		assert.equal(await metric(), 1);
		for (const who of ['anna', 'agent'])
			assert.equal((await w.http('GET', '/api/v1/applications?attention=1', { who })).status, 403, who);
		assert.equal((await w.http('GET', '/api/v1/applications', { who: 'operator' })).status, 403);
		assert.equal((await w.http('GET', '/api/v1/applications?attention=2', { who: 'police' })).status, 400);
		assert.equal((await w.http('GET', '/api/v1/applications?attention=1&q=x', { who: 'police' })).status, 400);
		/* the department decides after all */
		await w.callback('public_security', approved(w.gate.find(number, 'hukou_birth').key));
		w.gate.rule = () => undefined;
		await w.finished('anna', number);
		assert.deepEqual(await waiting('police'), []);
		assert.equal(await metric(), 0);
	});

	await test('a second answer that contradicts the first waits for a clerk', async () => {
		const { number } = await w.accepted('anna', birth());
		await w.finished('anna', number);
		await w.callback('public_security', { key: w.gate.find(number, 'hukou_birth').key, state: 'rejected', result_id: '1', reason: '不行' });
		await until('the conflict is recorded', async () => (await w.history('anna', number)).some((e) => e.what === 'conflict'));
		assert.deepEqual(await waiting('police'), [number]);
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'approved');
	});

	await test('an undo that is refused waits for a clerk', async () => {
		w.gate.rule = (call) => call.json && { [call.json.of ? 'vaccination_record' : 'medical_insurance_enrol']:
			call.json.of ? { status: 200, body: { state: 'rejected', result_id: 'U', reason: '已经接种' } }
				: { status: 202, body: { state: 'pending', result_id: 'P' } } }[call.json.item];
		await w.account('cdc', 'clerk', { department: 'cdc' });
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'the record is made, the insurance under way', (a) =>
			item(a, 'vaccination_record').status === 'approved' && item(a, 'medical_insurance_enrol').status === 'acknowledged');
		const asked = await w.http('POST', `/api/v1/applications/${number}/withdrawal`, { who: 'anna', json: {}, key: crypto.randomUUID() });
		assert.equal(asked.status, 200, asked.text);
		await w.watch('anna', number, 'the undo is refused', (a) => item(a, 'vaccination_record').undo === 'failed');
		assert.deepEqual(await waiting('cdc'), [number]);
		w.gate.rule = () => undefined;
	});

	await test('a revoked account can change nothing at once and read nothing after two seconds; a new token works', async () => {
		await w.account('carla', 'citizen', { id: idNumber(3), full: '孙丽' });
		const { number } = await w.accepted('carla', birth());
		const told = await w.run('account', 'revoke', 'carla');
		assert.equal(told.status, 0, told.stderr);
		assert.equal((await w.file('carla', birth())).status, 401);
		assert.ok([401, 409].includes((await w.http('POST', `/api/v1/applications/${number}/withdrawal`, { who: 'carla', json: {}, key: 'r' })).status));
		await until('reading ends', async () => (await w.http('GET', `/api/v1/applications/${number}`, { who: 'carla' })).status === 401);
		await w.account('carla', 'citizen', { id: idNumber(3), full: '孙丽' });
		await w.show('carla', number);
		assert.equal((await w.run('account', 'token', 'carla', '--revoke')).status, 0);
		assert.equal((await w.file('carla', birth())).status, 401);
		assert.equal((await w.run('account', 'revoke', 'nobody')).status, 1);
		assert.equal((await w.run('account', 'revoke')).status, 2);
	});

	await test('an account of a wrong identity number or an unknown department is not made', async () => {
		for (const [args, word] of [[['--role', 'citizen', '--id-number', '330111199503120024'], /identity number/],
			[['--role', 'citizen', '--id-number', '123'], /identity number/], [['--role', 'clerk', '--department', 'police'], /no such connector/],
			[['--role', 'clerk', '--department', '../birth'], /no such connector/]]) {
			const told = await w.run('account', 'add', 'x', ...args);
			assert.equal(told.status, 1, told.stdout);
			assert.match(told.stderr, word);
		}
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
