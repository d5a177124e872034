/* prefill.cjs: what need not be typed. Who one is and what departments know of oneself, each with its source
 * and one of four states; asked for all at once, for three seconds at most, in nobody's way; noted before
 * it is asked; of others nothing.
 */
'use strict';
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');

const mother = idNumber(1), father = idNumber(3, false), resident = { id_number: idNumber(77), full_name: '赵小兰' };

suite(async (test) => {
	const w = await World.start({ settings: { http_workers: 2, prefill_seconds: 60 } });

	await w.account('mother', 'citizen', { id: mother, full: '李秀兰' });
	await w.account('twin', 'citizen', { id: mother, full: '李秀兰' });
	await w.account('father', 'citizen', { id: father, full: '王建国' });
	await w.account('unknown', 'citizen', { id: idNumber(496), full: '周小无' });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('resident', 'citizen', { id: resident.id_number, full: resident.full_name });

	const found = (outputs) => ({ status: 200, body: { state: 'found', outputs, result_id: 'x' } });
	const register = {
		delivery_record: found({ mother_name: '李秀兰', child_sex: '2', gestation_weeks: 39, birth_weight_g: 99999 }),
		identity_card: found({ name: '李秀兰', ethnic_group: '01' }),
		marriage_record: found({ married: true, marriage_cert_no: 'J330111-2022-000123' }),
	};
	const lookUps = () => w.gate.calls.filter((c) => c.json && c.json.item.startsWith('record:') && /-l$/.test(c.key));
	/* What departments say: of a call that stands in `answers` that, else what they make up. */
	const say = (answers) => { w.gate.calls.length = 0; w.gate.rule = (call) => answers[call.call]; };
	const ask = (who, form = {}, more = {}, options = {}) => w.http('POST', '/api/v1/events/birth/prefill', { who, json: { form, ...more }, ...options });
	const known = async (...args) => {
		const answer = await ask(...args);
		assert.equal(answer.status, 200, answer.text);
		return answer.json.questions;
	};
	/* Nobody remembers what was said before, nor which department was silent. */
	const forget = async (prefill_seconds = 60) => {
		assert.equal(await w.node.stop(), 0);
		w.writeConfig({ prefill_seconds });
		await w.startNode();
	};
	const notes = (name) => w.sql(`SELECT a.fields, a.why FROM access a JOIN account c ON c.id = a.account WHERE c.name = '${name}'
		AND a.person IS NOT NULL ORDER BY a.fields`);
	const form = { applicant_relation: 'mother', father_info_waived: false };

	await test('who one is and what a record says are known, each with its source; a look-up is signed and has a key of its own', async () => {
		say(register);
		const q = await known('mother', form);
		assert.deepEqual(q.applicant_name, { state: 'known', value: '李秀兰', source: { department: null, department_title: null, title: '您的登录信息' } });
		assert.equal(q.mother_id_no.value, mother);
		const { at, ...sex } = q.child_sex;
		assert.deepEqual(sex, { state: 'known', value: '2', source: { department: 'health', department_title: '卫生健康局', title: '分娩记录' } });
		assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60000, at);
		assert.equal(q.mother_ethnic.value, '01');
		const call = lookUps().find((c) => c.call === 'delivery_record');
		assert.match(call.key, /^330111-\d{4}-[0-9A-HJKMNP-TV-Z]{26}-l$/);
		assert.deepEqual([call.json.item, call.json.round, call.json.data, call.json.materials], ['record:delivery', 1, { mother_id_no: mother }, []]);
		assert.match(call.json.application, /^330111\d{4}-[0-9A-HJKMNP-TV-Z]{26}$/);
		assert.equal(new Set(lookUps().map((c) => c.key)).size, lookUps().length);
		assert.equal(call.headers['x-callback-url'], undefined);
		assert.match(call.headers['x-signature-v2'], /^[0-9a-f]{64}$/);
	});

	await test('what the question does not allow is not filled in, and not said to be missing', async () => {
		const q = await known('mother', form);
		assert.deepEqual([q.birth_weight_g.state, q.birth_weight_g.value], ['unreachable', undefined]);
		assert.equal(q.gestation_weeks.value, 39);
		assert.equal(q.birth_length_cm.state, 'none', 'the record is there, without it');
	});

	await test('for ten minutes nobody is asked again for the same person; another asks for himself', async () => {
		say(register);
		await known('mother', form);
		assert.equal(lookUps().length, 0);
		await known('twin', form);
		assert.ok(lookUps().length >= 2);
	});

	await test('the simulated departments answer a signed look-up, the same each time', async () => {
		await forget();
		say({});
		const first = await known('mother', form);
		assert.equal(first.gestation_weeks.state, 'known', JSON.stringify(first.gestation_weeks));
		const values = (q) => Object.entries(q).map(([id, one]) => [id, one.value]);
		await forget();
		assert.deepEqual(values(await known('mother', form)), values(first));
	});

	await test('none: the department has no such person', async () => {
		say({});
		const q = await known('unknown', form);
		assert.deepEqual([q.child_sex.state, q.child_sex.value, q.child_sex.source.title], ['none', undefined, '分娩记录']);
		assert.equal(q.applicant_name.state, 'known');
	});

	await test('disputed: known, and said to be wrong', async () => {
		say(register);
		await forget();
		const q = await known('mother', { ...form, child_sex: '1' }, { disputed: ['child_sex', 'birth_length_cm'] });
		assert.deepEqual([q.child_sex.state, q.child_sex.value], ['disputed', '2']);
		assert.equal(q.birth_length_cm.state, 'none', 'what nobody says cannot be wrong');
		for (const [disputed, pointer] of [['child_sex', '/disputed'], [['no_such'], '/disputed/0'], [['child_sex', 1], '/disputed/1']])
			assert.deepEqual((await ask('mother', form, { disputed })).json.errors.map((e) => e.pointer), [pointer]);
	});

	await test('a department that answers badly is unreachable, the others are not held up', async () => {
		for (const bad of [{ status: 500, body: {} }, { status: 200, text: '<html>', headers: {} }, { status: 202, body: { state: 'pending', result_id: '1' } },
			'reset', found({ child_sex: 3 })]) {
			await forget();
			say({ ...register, delivery_record: bad });
			const q = await known('mother', form);
			assert.deepEqual([q.child_sex.state, q.child_sex.value, q.child_sex.source.department], ['unreachable', undefined, 'health']);
			assert.equal(q.mother_ethnic.state, 'known');
		}
	});

	await test('a silent department: its time is up after three seconds, no worker waits, people file meanwhile; then it is left alone', async () => {
		await forget(3);
		let release;
		const silence = new Promise((done) => { release = done; });
		say({ ...register, delivery_record: silence.then(() => 'reset') });
		let ended = 0;
		const begun = Date.now();
		const waiting = ['mother', 'twin', 'mother', 'twin', 'mother'].map((who) => known(who, form).then((q) => { ended++; return q; }));
		await until('the department is asked', () => lookUps().some((c) => c.call === 'delivery_record'));
		const filed = await w.file('father', birth({ applicant_relation: 'father', father_name: '王建国', father_id_no: father }));
		assert.ok([201, 422].includes(filed.status), filed.text);
		assert.ok(ended === 0 || Date.now() - begun > 2500, 'two workers would be held up by five who wait');
		for (const q of await Promise.all(waiting))
			assert.equal(q.child_sex.state, 'unreachable');
		assert.ok(Date.now() - begun >= 2900, 'it had its time');
		say({ ...register, delivery_record: silence });
		assert.equal((await known('mother', form)).child_sex.state, 'unreachable');
		assert.equal(lookUps().length, 0, 'not everybody waits for it in turn');
		release();
	});

	await test('of another person nothing is looked up: who knows a number could read his papers', async () => {
		await forget();
		say(register);
		const q = await known('father', { applicant_relation: 'father', mother_id_no: mother, father_info_waived: false });
		const asked = lookUps().map((c) => c.json.data);
		assert.ok(asked.length > 0 && asked.every((data) => Object.values(data).includes(father)), JSON.stringify(asked));
		for (const id of ['child_sex', 'mother_name', 'mother_ethnic'])
			assert.equal(q[id], undefined, id);
		assert.equal(q.father_ethnic.state, 'known');
		assert.equal(q.parents_married.value, true, 'their marriage is his own');
	});

	await test('an agent: for whom he helps, and each time he is shown it that is noted', async () => {
		say(register);
		assert.equal((await ask('agent', form)).status, 422, 'for whom?');
		const q = await known('agent', form, { for: resident });
		assert.deepEqual([q.applicant_name.value, q.applicant_name.source.title], ['赵小兰', '您代办的人']);
		assert.deepEqual(notes('agent'), [], 'whom nobody has let act for him sees no records');
		assert.equal((await w.http('POST', '/api/v1/mandates', { who: 'resident', json: { agent: 'agent' } })).status, 204);
		await known('agent', form, { for: resident });
		const first = notes('agent');
		assert.ok(first.length >= 2 && first.every((row) => /^record:\w+\|prefill birth$/.test(row)), first.join());
		await known('agent', form, { for: resident });
		assert.equal(notes('agent').length, 2 * first.length);
	});

	await test('each look-up is noted, for each whom it names, before it leaves', async () => {
		await forget();
		w.gate.calls.length = 0;
		const before = notes('mother').length, seen = [];
		w.gate.rule = (call) => { seen.push(notes('mother').length - before); return register[call.call]; };
		await known('mother', { ...form, father_id_no: father });
		const asked = lookUps();
		assert.ok(asked.length >= 3);
		const named = asked.flatMap((c) => Object.values(c.json.data).filter((v) => v === mother || v === father));
		assert.ok(seen.every((n) => n === named.length), `${seen} of ${named.length}`);
		const again = notes('mother').length;
		await known('mother', { ...form, father_id_no: father });
		assert.equal(notes('mother').length, again, 'his own once more is no look-up');
	});

	await test('whoever is looked up sees by whom, where and for what; nobody else does', async () => {
		const seen = async (who) => (await w.http('GET', '/api/v1/accesses', { who })).json.accesses;
		const her = await seen('mother'), his = await seen('father');
		const rows = (of) => Number(w.sql(`SELECT count(*) FROM access a WHERE a.person = (SELECT b.person FROM access b
			JOIN account c ON c.id = b.account WHERE c.name = '${of}' AND b.person IS NOT NULL ORDER BY b.id LIMIT 1)`)[0]);
		assert.deepEqual([her.length > 0, her.length], [true, Math.min(500, rows('mother'))]);
		assert.deepEqual([...new Set(his.map((one) => one.by))].sort(), ['citizen', 'self'], 'she looked up both of them, he himself');
		assert.deepEqual(Object.keys(his[0]).sort(), ['at', 'bulk', 'by', 'department', 'event', 'event_title', 'fields', 'title', 'why']);
		assert.ok(her.some((one) => one.title === '分娩记录' && one.department === 'health' && one.event_title === '新生儿出生一件事'));
		assert.ok((await seen('resident')).some((one) => one.by === 'agent'));
		assert.deepEqual((await seen('unknown')).filter((one) => one.by !== 'self'), []);
	});

	await test('what cannot be noted is not looked up', async () => {
		await forget();
		say(register);
		w.sql('REVOKE INSERT ON access FROM yijianshi');
		try {
			const answer = await ask('mother', form, {}, { faulty: true });
			assert.equal(answer.status, 503);
			assert.ok(!answer.text.includes('李秀兰'));
			assert.equal(lookUps().length, 0);
		} finally {
			w.sql('GRANT INSERT ON access TO yijianshi');
		}
		assert.equal((await ask('mother', form)).status, 200);
	});

	await test('only who may apply, of an event that there is', async () => {
		assert.equal((await ask(undefined, form)).status, 401);
		assert.equal((await w.http('POST', '/api/v1/events/no_such/prefill', { who: 'mother', json: { form } })).status, 404);
		assert.equal((await w.http('POST', '/api/v1/events/birth/prefill', { who: 'mother', json: {} })).status, 422);
	});

	await test('SIGTERM while somebody waits for a department: he is answered', async () => {
		await forget(1);
		let release;
		say({ ...register, delivery_record: new Promise((done) => { release = done; }) });
		const waiting = known('mother', form);
		await until('the department is asked', () => lookUps().some((c) => c.call === 'delivery_record'));
		const ended = w.node.stop();
		assert.equal((await waiting).child_sex.state, 'unreachable');
		assert.equal(await ended, 0);
		release();
		await w.startNode();
	});

	await w.stop();
});
