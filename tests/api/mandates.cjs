/* mandates.cjs: whom an agent may act for: those who let him, where he works; what they take back ends in
 * the transaction that acts.
 */
'use strict';
const crypto = require('node:crypto');
const paper = require('../papers.cjs');
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');

suite(async (test) => {
	const w = await World.start();
	const someone = { id_number: idNumber(77), full_name: '赵小兰' }, another = { id_number: idNumber(78), full_name: '钱小芳' };

	await w.account('someone', 'citizen', { id: someone.id_number, full: someone.full_name });
	await w.account('another', 'citizen', { id: another.id_number, full: another.full_name });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('colleague', 'agent', { divisions: ['330111'] });
	await w.account('far', 'agent', { divisions: ['330106'] });
	await w.account('moved', 'agent', { divisions: ['330111'] });
	const villages = ['330111104213', '330111104214'];
	await w.account('first_village', 'agent', { divisions: [villages[0]] });
	await w.account('second_village', 'agent', { divisions: [villages[1]] });
	await w.account('town', 'agent', { divisions: ['330111104'] });

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

	const refused = async (answer, status, what) => {
		const got = await answer;
		assert.deepEqual([got.status, got.json.type.split('/').pop(), ...(got.json.errors ?? []).map((e) => `${e.pointer} ${e.code}`)],
			[status, ...[what].flat()], got.text);
	};
	const take = (who, resident, basis) => w.http('POST', '/api/v1/mandates', { who, json: { for: resident, ...basis } });
	const roster = async (who, query = '') => (await w.http('GET', `/api/v1/mandates${query}`, { who })).json.mandates;
	const newCode = async (who) => (await w.http('POST', '/api/v1/mandates/code', { who, json: {} })).json.code;

	await test('2: nobody files, nor keeps a draft, for somebody who has not let him', async () => {
		await refused(file('agent', someone), 403, 'no-mandate');
		await refused(w.http('PUT', '/api/v1/drafts/birth', { who: 'agent', json: { form: {}, for: someone } }), 403, 'no-mandate');
		assert.equal(w.sql('SELECT (SELECT count(*) FROM application) + (SELECT count(*) FROM draft)')[0], '0');
	});

	await test('43: a code is good once, for its person, for ten minutes and five guesses', async () => {
		const code = await newCode('someone');
		assert.match(code, /^\d{6}$/);
		const wrong = String((Number(code) + 1) % 1000000).padStart(6, '0');
		await refused(take('agent', someone, { code: wrong }), 403, 'wrong-code');
		await refused(take('agent', another, { code }), 403, 'wrong-code');
		await refused(take('agent', { id_number: idNumber(79), full_name: '无名' }, { code }), 403, 'wrong-code');
		const many = await Promise.all(Array.from({ length: 6 }, (_, i) => take(i % 2 ? 'agent' : 'colleague', someone, { code })));
		assert.deepEqual(many.map((a) => a.status).sort(), [201, 403, 403, 403, 403, 403]);
		for (const one of ['agent', 'colleague'])
			for (const m of await roster(one))
				assert.equal((await w.http('DELETE', `/api/v1/mandates/${m.id}`, { who: one })).status, 204);
		const guessed = await newCode('someone');
		for (let i = 1; i <= 5; i++)
			await refused(take('agent', someone, { code: String((Number(guessed) + i) % 1000000).padStart(6, '0') }), 403, 'wrong-code');
		await refused(take('agent', someone, { code: guessed }), 403, 'wrong-code');
		const late = await newCode('someone');
		w.sql(`UPDATE mandate_code SET made_at = made_at - interval '10 minutes 1 second'`);
		await refused(take('agent', someone, { code: late }), 403, 'wrong-code');
		await refused(take('agent', someone, { code: '12345' }), 422, ['not-acceptable', '/code format']);
		await refused(take('agent', someone, {}), 422, ['not-acceptable', '/code required']);
	});

	await test('a paper that he signed: the agent\'s own file, for one mandate', async () => {
		const upload = async (who) => (await w.http('POST', '/api/v1/files', { who, body: paper.pdf(), type: 'application/pdf' })).json.id;
		const slip = await upload('agent');
		await refused(take('colleague', someone, { slip }), 422, ['not-acceptable', '/slip unknown_code']);
		await refused(take('agent', { ...someone, id_number: '330111199503120024' }, { slip }), 422,
			['not-acceptable', '/for/id_number check_digit']);
		const made = await take('agent', someone, { slip });
		assert.equal(made.status, 201, made.text);
		assert.match(made.json.id, /^[0-9a-f]{32}$/);
		assert.deepEqual([made.json.for, made.json.village, made.json.basis, made.json.in_force],
			[someone, '330111000000', 'slip', true]);
		await refused(take('agent', another, { slip }), 422, ['not-acceptable', '/slip unknown_code']);
		assert.deepEqual((await mandates('someone')).filter((m) => m.in_force).map((m) => m.slip), [slip]);
		const looks = (who) => w.http('GET', `/api/v1/files/${slip}`, { who });
		assert.equal((await looks('someone')).status, 200, 'he sees what he is said to have signed');
		assert.deepEqual([(await looks('another')).status, (await looks('colleague')).status], [404, 404]);
		assert.deepEqual((await roster('agent')).map((m) => m.for), [someone]);
		assert.deepEqual(await roster('colleague'), []);
	});

	await test('46: for a child, or for one who has died, nobody acts because he says so: only an agent whom they let', async () => {
		const child = { id_number: idNumber(80, true, '20191120'), full_name: '赵小宝' };
		const dead = { id_number: idNumber(81, false, '19500512'), full_name: '赵大成' };
		for (const whose of [someone, child, dead]) {
			await refused(file('another', whose), 422, ['not-acceptable', '/for not_yours']);
			await refused(w.http('PUT', '/api/v1/drafts/birth', { who: 'another', json: { form: {}, for: whose } }), 422,
				['not-acceptable', '/for not_yours']);
		}
		for (const whose of [child, dead])
			await refused(file('agent', whose), 403, 'no-mandate');
	});

	await w.mandated('colleague', another);
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

	await test('2: villages: a mandate is of a village that its agent serves; lists and searches stay within it', async () => {
		const [here, there] = [{ id_number: idNumber(80), full_name: '周小村' }, { id_number: idNumber(81), full_name: '吴小村' }];
		assert.equal((await w.mandated('first_village', here)).village, villages[0]);
		assert.equal((await w.mandated('second_village', there)).village, villages[1]);
		assert.equal((await w.mandate('first_village', there, { village: villages[1] })).status, 422);
		await w.mandated('town', here, { village: villages[0] });
		await w.mandated('town', there, { village: villages[1] });
		const [a, b] = [await filed('first_village', here), await filed('second_village', there)];
		const [c, d] = [await filed('town', here), await filed('town', there)];
		const sorted = async (who, query) => (await listed(who, query)).sort();
		assert.deepEqual(await sorted('first_village'), [a]);
		assert.deepEqual(await sorted('town'), [c, d].sort());
		assert.deepEqual(await sorted('town', `?village=${villages[0]}`), [c]);
		assert.deepEqual(await sorted('town', '?village=330111104'), [c, d].sort());
		assert.deepEqual(await sorted('town', `?village=${villages[0]}&q=${there.id_number}`), []);
		assert.deepEqual(await sorted('town', `?village=${villages[0]}&q=${d}`), []);
		for (const query of [`?village=${villages[1]}`, `?village=${villages[1]}&q=${b}`, `?q=${there.id_number}`, `?q=${b}`])
			assert.deepEqual(await listed('first_village', query), [], query);
		for (const query of ['?village=', '?village=x', `?village[]=${villages[1]}`, `?village=${villages[0]}&village=${villages[1]}`]) {
			const answer = await w.http('GET', `/api/v1/applications${query}`, { who: 'first_village' });
			assert.ok(answer.status === 400 || !answer.json.applications.some((one) => one.number !== a), query);
		}
		assert.equal((await file('first_village', there)).status, 403);
		const missing = await tries('first_village', never(b));
		assert.deepEqual((await tries('first_village', b)).map((x) => [x.status, x.text]), missing.map((x) => [404, x.text]));
		assert.deepEqual((await roster('town', `?village=${villages[0]}`)).map((m) => m.for), [here]);
		/* the village goes, and with it its residents; the other one's stay */
		assert.equal((await w.run('account', 'change', 'town', '--role', 'agent', '--division', villages[1])).status, 0);
		w.tokens.town = (await w.run('account', 'token', 'town')).stdout.trim();
		assert.deepEqual(await sorted('town'), [d]);
		assert.equal((await file('town', here)).status, 403);
	});

	await test('in a list each is known by what its event says; an agent\'s look at that leaves a row, a clerk does not get it', async () => {
		const resident = { id_number: idNumber(84), full_name: '吴小认' }, rows = async (who) =>
			(await w.http('GET', '/api/v1/applications', { who })).json.applications;
		await w.account('resident', 'citizen', { id: resident.id_number, full: resident.full_name });
		await w.account('helper', 'agent', { divisions: villages });
		await w.account('police_clerk', 'clerk', { department: 'public_security' });
		await w.mandated('helper', resident, { village: villages[0] });
		const numbers = [await filed('helper', resident), await filed('helper', resident)], names = await rows('resident');
		assert.deepEqual(names.map((one) => one.number), [...numbers].reverse());
		assert.ok(names[0].known_by && names[1].known_by && names[0].known_by !== names[1].known_by, JSON.stringify(names));
		assert.deepEqual((await rows('helper')).map((one) => one.known_by), names.map((one) => one.known_by));
		assert.ok((await rows('police_clerk')).every((one) => one.known_by === undefined));
		const looks = (await w.http('GET', `/api/v1/applications/${numbers[0]}/accesses`, { who: 'resident' })).json.accesses;
		assert.equal(looks.filter((look) => look.by === 'agent' && look.fields === 'known_by').length, 1, JSON.stringify(looks));
	});

	await test('a roster goes to a successor with what was filed, within his villages; residents see it and may end it', async () => {
		const [stays, goes] = [{ id_number: idNumber(82), full_name: '郑小移' }, { id_number: idNumber(83), full_name: '王小移' }];
		await w.account('leaver', 'agent', { divisions: villages });
		await w.account('successor', 'agent', { divisions: [villages[0]] });
		await w.account('goes', 'citizen', { id: goes.id_number, full: goes.full_name });
		await w.mandated('leaver', stays, { village: villages[1] });
		await w.mandated('leaver', goes, { village: villages[0] });
		const [kept, gone] = [await filed('leaver', stays), await filed('leaver', goes)];
		const hand = (agent) => w.http('POST', '/api/v1/mandates/handover', { who: 'leaver', json: { agent } });
		for (const agent of ['leaver', 'goes', 'nobody'])
			await refused(hand(agent), 422, ['not-acceptable', '/agent unknown_code']);
		assert.deepEqual((await hand('successor')).json, { handed: 1, kept: 1 });
		assert.deepEqual(await listed('leaver'), [kept]);
		assert.deepEqual(await listed('successor'), [gone]);
		const withdrawal = await w.http('POST', `/api/v1/applications/${gone}/withdrawal`, { who: 'successor', json: {}, key: crypto.randomUUID() });
		assert.equal(withdrawal.status, 200, withdrawal.text);
		assert.deepEqual((await w.http('GET', `/api/v1/applications/${gone}/history`, { who: 'goes' })).json.entries
			.filter((e) => e.what === 'withdrawal').map((e) => e.by), ['agent']);
		assert.deepEqual((await mandates('goes')).map((m) => [m.agent, m.basis, m.in_force]),
			[['successor', 'handed', true], ['leaver', 'slip', false]]);
		assert.equal((await withdraw('goes', 'successor')).status, 204);
		assert.deepEqual(await listed('successor'), []);
		assert.equal((await w.mandate('successor', goes)).status, 403, 'he alone gives it again');
		assert.equal((await take('successor', goes, { code: await newCode('goes') })).status, 201);
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
		const one = await of('someone', 'agent');
		assert.deepEqual(Object.keys(one).sort(), ['agent', 'basis', 'ended_at', 'given_at', 'id', 'in_force',
			'slip', 'village']);
		assert.deepEqual([one.agent, one.in_force, one.ended_at], ['agent', true, null]);
		for (const who of ['another', 'colleague'])
			assert.equal((await w.http('DELETE', `/api/v1/mandates/${one.id}`, { who })).status, 404, who);
		for (const id of ['0', 'x', '-1', `${one.id}0`, '99999999999999999999'])
			assert.equal((await w.http('DELETE', `/api/v1/mandates/${id}`, { who: 'someone' })).status, 404, id);
		for (const agent of ['nobody', 'another', 'someone', ''])
			assert.equal((await give('someone', agent)).status, 422, agent);
		assert.equal((await of('someone', 'agent')).in_force, true);
	});

	await test('3: taken back: he sees and changes nothing of that person any more, of others as before', async () => {
		await w.mandated('agent', another);
		const second = await filed('agent', another);
		const missing = await tries('agent', never(number));
		assert.equal((await withdraw('someone', 'agent')).status, 204);
		assert.equal((await withdraw('someone', 'agent')).status, 404, 'once');
		assert.deepEqual((await tries('agent', number)).map((a) => [a.status, a.text]), missing.map((a) => [404, a.text]));
		assert.deepEqual(await listed('agent'), [second]);
		for (const query of [`?q=${number}`, `?q=${someone.id_number}`])
			assert.deepEqual(await listed('agent', query), []);
		await refused(file('agent', someone), 403, 'no-mandate');
		assert.deepEqual((await roster('agent')).map((m) => m.for), [another]);
		assert.equal((await w.show('someone', number)).number, number, 'his own stays his');
		assert.equal((await w.http('GET', `/api/v1/applications/${second}`, { who: 'agent' })).status, 200);
		assert.equal(w.sql(`SELECT count(*) FROM access x JOIN application a ON a.id = x.application JOIN account c ON c.id = x.account
			WHERE a.number = '${number}' AND c.name = 'colleague' AND x.why <> 'refused'`)[0], '0', 'and his colleague never saw it');
	});

	await test('3: given again by the resident himself: as before', async () => {
		assert.equal((await give('someone', 'agent')).status, 204);
		assert.equal((await give('someone', 'agent')).status, 204, 'twice is once');
		assert.equal((await mandates('someone')).filter((m) => m.agent === 'agent').length, 1);
		assert.equal((await w.http('GET', `/api/v1/applications/${number}`, { who: 'agent' })).status, 200);
		await filed('agent', someone);
	});

	/* Whoever has checked the mandate commits before it ends; whoever comes later is refused. */
	await test('3: no success whose commit is later than the end: filing and withdrawing, a hundred at once', async () => {
		const own = await Promise.all(Array.from({ length: 20 }, () => filed('agent', someone)));
		const count = () => w.sql(`SELECT (SELECT count(*) FROM application) || ' ' || (SELECT count(*) FROM petition)`)[0];
		const mandate = await of('someone', 'agent');
		const answers = [], told = async (asked) => answers[answers.push(await asked) - 1];
		/* Each files until he is refused: however quick the machine is, some come before the end and some after it. */
		const filing = Array.from({ length: 80 }, async () => {
			while ((await told(file('agent', someone))).status === 201);
		});
		const withdrawing = own.map((one) => told(w.http('POST', `/api/v1/applications/${one}/withdrawal`,
			{ who: 'agent', json: {}, key: crypto.randomUUID() })));
		await until('one is filed', () => answers.some((a) => a.status === 201));
		assert.equal((await w.http('DELETE', `/api/v1/mandates/${mandate.id}`, { who: 'someone' })).status, 204);
		const then = count();
		await Promise.all([...filing, ...withdrawing]);
		for (const answer of answers)
			assert.ok([200, 201, 403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
		assert.equal(count(), then, 'nothing was committed after the end was told');
		assert.ok(answers.some((a) => a.status === 201) && answers.some((a) => a.status === 403), 'both were seen');
	});

	await test('3: an agent who asks many times at once for one person gets one mandate', async () => {
		const fresh = { id_number: idNumber(90), full_name: '孙小梅' };
		const answers = await Promise.all(Array.from({ length: 12 }, () => w.mandate('colleague', fresh)));
		assert.deepEqual(answers.map((a) => a.status), Array(12).fill(201));
		assert.equal(new Set(answers.map((a) => a.json.id)).size, 1);
		assert.equal((await roster('colleague')).filter((m) => m.for.id_number === fresh.id_number).length, 1);
	});

	await test('14: a new password of the agent\'s ends no mandate, another county does', async () => {
		await w.mandated('moved', another);
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
