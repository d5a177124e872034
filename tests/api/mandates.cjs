/* mandates.cjs: whom an agent may act for: those who let him, where he works; what they take back ends in
 * the transaction that acts.
 */
'use strict';
const crypto = require('node:crypto');
const paper = require('../papers.cjs');
const { assert, birth, idNumber, suite, World } = require('./harness.cjs');

suite(async (test) => {
	const w = await World.start();
	const someone = { id_number: idNumber(77), full_name: '赵小兰' }, another = { id_number: idNumber(78), full_name: '钱小芳' };

	await w.account('someone', 'citizen', { id: someone.id_number, full: someone.full_name });
	await w.account('another', 'citizen', { id: another.id_number, full: another.full_name });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('colleague', 'agent', { divisions: ['330111'] });
	await w.account('far', 'agent', { divisions: ['330106'] });
	await w.account('moved', 'agent', { divisions: ['330111'] });

	const file = (who, resident, more = {}) => w.file(who, { ...birth(), for: resident }, more);
	const filed = async (who, resident) => {
		const answer = await file(who, resident);
		assert.equal(answer.status, 201, answer.text);
		return answer.json.number;
	};
	const mandates = async (who) => (await w.http('GET', '/api/v1/mandates', { who })).json.mandates;
	const of = async (who, agent) => (await mandates(who)).find((m) => m.agent === agent);
	const withdraw = async (who, agent) => w.http('DELETE', `/api/v1/mandates/${(await of(who, agent)).id}`, { who });
	const give = (who, agent) => w.http('POST', '/api/v1/mandates', { who, json: { agent } });
	const listed = async (who, query = '') => (await w.http('GET', `/api/v1/applications${query}`, { who })).json.applications
		.map((a) => a.number);
	const never = (number) => number.slice(0, 11) + [...number.slice(11)].reverse().join('');
	/* Each way to one application, reading and acting. */
	const ways = [['GET', ''], ['GET', '/history'], ['GET', '/disclosures'], ['GET', '/withdrawal'], ['POST', '/correction', { form: {} }],
		['POST', '/withdrawal', {}]];
	const tries = (who, number) => Promise.all(ways.map(([method, rest, json]) => w.http(method, `/api/v1/applications/${number}${rest}`,
		{ who, json, key: json && crypto.randomUUID() })));

	const number = await filed('agent', someone);
	const other = await filed('colleague', another);

	await test('2: an agent sees and changes what he filed, and nothing of a colleague\'s or of another county', async () => {
		assert.equal((await w.http('GET', `/api/v1/applications/${number}`, { who: 'agent' })).status, 200);
		for (const who of ['colleague', 'far']) {
			const missing = await tries(who, never(number)), got = await tries(who, number);
			assert.deepEqual(got.map((a) => [a.status, a.text]), missing.map((a) => [404, a.text]), who);
		}
		assert.equal((await file('far', someone)).status, 403);
	});

	await test('2: his list is his own, whatever filter, page or number is asked for', async () => {
		assert.deepEqual(await listed('agent'), [number]);
		assert.deepEqual(await listed('colleague'), [other]);
		assert.deepEqual(await listed('far'), []);
		const foreign = (await w.http('GET', '/api/v1/applications?limit=1', { who: 'colleague' })).json;
		for (const query of [`?q=${other}`, `?q=${another.id_number}`, '?village=330106', '?village=330111&village=330106', '?village[]=330106',
			'?division=330106', '?department=tax', '?account=1', '?limit=200', `?cursor=${foreign.cursor ?? 'f'.repeat(16)}`]) {
			const answer = await w.http('GET', `/api/v1/applications${query}`, { who: 'agent' });
			assert.ok(answer.status === 400 || !answer.json.applications.some((a) => a.number === other), query);
		}
	});

	await test('2: what an agent uploaded, and files of another\'s application: not a colleague\'s', async () => {
		const mine = await w.http('POST', '/api/v1/files', { who: 'agent', body: paper.pdf(), type: 'application/pdf' });
		assert.equal((await w.http('GET', `/api/v1/files/${mine.json.id}`, { who: 'agent' })).status, 200);
		assert.equal((await w.http('GET', `/api/v1/files/${mine.json.id}`, { who: 'colleague' })).status, 404);
	});

	await test('the resident sees who acts for him, and he alone takes it back', async () => {
		const [one] = await mandates('someone');
		assert.deepEqual(Object.keys(one).sort(), ['agent', 'ended_at', 'given_at', 'id', 'in_force']);
		assert.deepEqual([one.agent, one.in_force, one.ended_at], ['agent', true, null]);
		for (const who of ['another', 'agent'])
			assert.ok([403, 404].includes((await w.http('DELETE', `/api/v1/mandates/${one.id}`, { who })).status), who);
		for (const id of ['0', 'x', '-1', `${one.id}0`, '99999999999999999999'])
			assert.equal((await w.http('DELETE', `/api/v1/mandates/${id}`, { who: 'someone' })).status, 404, id);
		for (const agent of ['nobody', 'another', 'someone', ''])
			assert.equal((await give('someone', agent)).status, 404, agent);
		assert.equal((await of('someone', 'agent')).in_force, true);
	});

	await test('3: taken back: he sees and changes nothing of that person any more, of others as before', async () => {
		const second = await filed('agent', another);
		const missing = await tries('agent', never(number));
		assert.equal((await withdraw('someone', 'agent')).status, 204);
		assert.equal((await withdraw('someone', 'agent')).status, 404, 'once');
		assert.deepEqual((await tries('agent', number)).map((a) => [a.status, a.text]), missing.map((a) => [404, a.text]));
		assert.deepEqual(await listed('agent'), [second]);
		for (const query of [`?q=${number}`, `?q=${someone.id_number}`])
			assert.deepEqual(await listed('agent', query), []);
		const refused = await file('agent', someone);
		assert.equal(refused.status, 403, refused.text);
		assert.equal(refused.json.type, '/problems/no-mandate');
		assert.equal((await w.show('someone', number)).number, number, 'his own stays his');
		assert.equal((await w.http('GET', `/api/v1/applications/${second}`, { who: 'agent' })).status, 200);
		assert.equal(w.sql(`SELECT count(*) FROM access x JOIN application a ON a.id = x.application JOIN account c ON c.id = x.account
			WHERE a.number = '${number}' AND c.name = 'colleague'`)[0], '0');
	});

	await test('3: given again by the resident himself: as before', async () => {
		assert.equal((await give('someone', 'agent')).status, 204);
		assert.equal((await give('someone', 'agent')).status, 204, 'twice is once');
		assert.equal((await mandates('someone')).length, 1);
		assert.equal((await w.http('GET', `/api/v1/applications/${number}`, { who: 'agent' })).status, 200);
		await filed('agent', someone);
	});

	/* Whoever has checked the mandate commits before it ends; whoever comes later is refused. */
	await test('3: no success whose commit is later than the end: filing and withdrawing, a hundred at once', async () => {
		const own = await Promise.all(Array.from({ length: 20 }, () => filed('agent', someone)));
		const count = () => w.sql(`SELECT (SELECT count(*) FROM application) || ' ' || (SELECT count(*) FROM petition)`)[0];
		const mandate = await of('someone', 'agent');
		const all = [...Array.from({ length: 80 }, () => file('agent', someone)), ...own.map((one) => w.http('POST',
			`/api/v1/applications/${one}/withdrawal`, { who: 'agent', json: {}, key: crypto.randomUUID() }))];
		await Promise.race(all);
		assert.equal((await w.http('DELETE', `/api/v1/mandates/${mandate.id}`, { who: 'someone' })).status, 204);
		const then = count();
		const answers = await Promise.all(all);
		for (const answer of answers)
			assert.ok([200, 201, 403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
		assert.equal(count(), then, 'nothing was committed after the end was told');
		assert.ok(answers.some((a) => a.status === 201) && answers.some((a) => a.status === 403), 'both were seen');
	});

	await test('3: first filings of one agent for one person at once make one mandate', async () => {
		const fresh = { id_number: idNumber(90), full_name: '孙小梅' };
		const answers = await Promise.all(Array.from({ length: 12 }, () => file('colleague', fresh)));
		assert.deepEqual(answers.map((a) => a.status), Array(12).fill(201));
		assert.equal(w.sql(`SELECT count(*) FROM mandate m JOIN account a ON a.id = m.agent WHERE a.name = 'colleague'`)[0], '2');
	});

	await test('14: a new password of the agent\'s ends no mandate, another county does', async () => {
		const one = await filed('moved', another);
		await w.password('moved', 'correct horse battery');
		await w.password('moved', 'another staple entirely');
		w.tokens.moved = (await w.run('account', 'token', 'moved')).stdout.trim();
		assert.equal((await w.http('GET', `/api/v1/applications/${one}`, { who: 'moved' })).status, 200);
		assert.equal((await w.run('account', 'change', 'moved', '--role', 'agent', '--division', '330106')).status, 0);
		w.tokens.moved = (await w.run('account', 'token', 'moved')).stdout.trim();
		assert.equal((await of('another', 'moved')).in_force, false);
		assert.equal((await w.http('GET', `/api/v1/applications/${one}`, { who: 'moved' })).status, 404);
	});

	await test('a mandate\'s row is no token: nothing opens with it', async () => {
		const [hash] = w.sql(`SELECT encode(t.hash, 'hex') FROM token t JOIN mandate m ON m.token = t.id LIMIT 1`);
		for (const Authorization of [`Bearer ${hash}`, `Bearer yjs_${hash.slice(0, 43)}`])
			assert.equal((await w.http('GET', '/api/v1/session', { headers: { Authorization } })).status, 401);
	});

	await test('verify says 0 differences', () => w.verify());
	await w.stop();
});
