/* feedback.cjs: how people say how they were served, through HTTP: a grade of each item that has ended, once;
 * a poor one and a complaint are answered by the department's clerk or a supervisor, by a promised day; then a
 * poor grade may be given once more. Words are sealed; what is counted says of how many.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, idNumber, suite, World } = require('./harness.cjs');

const base = (number) => `/api/v1/applications/${number}`;

suite(async (test) => {
	const w = await World.start();

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('berta', 'citizen', { id: idNumber(2), full: '赵敏' });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('cdc', 'clerk', { department: 'cdc', divisions: ['330111'] });
	await w.account('far', 'clerk', { department: 'cdc', divisions: ['330106'] });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('super', 'supervisor');
	const { number } = await w.accepted('anna', birth());
	await w.finished('anna', number);

	const post = (who, target, json, { key = crypto.randomUUID() } = {}) => w.http('POST', target, { who, json, key });
	const rate = (who, item, json, more) => post(who, `${base(number)}/items/${item}/rating`, json, more);
	const complain = (who, json, more) => post(who, `${base(number)}/complaints`, json, more);
	const answer = (who, id, json, more) => post(who, `${base(number)}/complaints/${id}/answer`, json, more);
	const said = async (who) => (await w.http('GET', `${base(number)}/feedback`, { who })).json.feedback;
	const open = async (who) => (await w.http('GET', '/api/v1/complaints', { who })).json.complaints;
	const reply = { outcome: 'put_right', text: '已经向您道歉,并补办好了' };
	const pointers = (a) => (a.json.errors || []).map((e) => e.pointer);

	await test('a good grade: once; the same key again is the same answer; nothing is owed', async () => {
		const key = crypto.randomUUID(), first = await rate('anna', 'vaccination_record', { grade: 5 }, { key });
		assert.equal(first.status, 201, first.text);
		assert.deepEqual([first.json.grade, first.json.answer_due], [5, null]);
		const again = await rate('anna', 'vaccination_record', { grade: 5 }, { key });
		assert.deepEqual([again.status, again.text, again.headers['idempotent-replayed']], [201, first.text, 'true']);
		assert.equal((await rate('anna', 'vaccination_record', { grade: 4 }, { key })).status, 422);
		assert.equal((await rate('anna', 'vaccination_record', { grade: 4 })).status, 409);
		assert.deepEqual((await said('anna')).map((f) => [f.item, f.kind, f.grade, f.open]), [['vaccination_record', 'rating', 5, false]]);
	});

	await test('eight at once: one is taken', async () => {
		const all = await Promise.all([1, 2, 3, 4, 5, 5, 4, 3].map((grade) => rate('anna', 'birth_certificate', { grade: grade < 3 ? 3 : grade })));
		assert.deepEqual(all.map((a) => a.status).sort(), [201, ...Array(7).fill(409)]);
	});

	await test('what is not sound is told with its pointer; what has not ended is not rated', async () => {
		for (const [json, pointer] of [[{}, '/grade'], [{ grade: 0 }, '/grade'], [{ grade: 6 }, '/grade'], [{ grade: '5' }, '/grade'],
			[{ grade: 5, text: 1 }, '/text'], [{ grade: 5, text: '长'.repeat(700) }, '/text'], [{ grade: 5, stars: 1 }, '/stars']]) {
			const a = await rate('anna', 'hukou_birth', json);
			assert.deepEqual([a.status, pointers(a)], [422, [pointer]], a.text);
		}
		assert.equal((await rate('anna', 'nothing', { grade: 5 })).status, 404);
		assert.equal((await rate('anna', 'maternity_allowance', { grade: 5 })).status, 409, 'it was not chosen');
		assert.equal((await rate('anna', 'hukou_birth', { grade: 5 }, { key: null })).status, 400);
	});

	await test('a poor grade is owed an answer by a working day; answered, it may be given once more, and no third time', async () => {
		const poor = await rate('anna', 'hukou_birth', { grade: 1, text: '等了很久,态度也不好' });
		assert.equal(poor.status, 201, poor.text);
		assert.match(poor.json.answer_due, /^\d{4}-\d\d-\d\d$/);
		assert.equal((await rate('anna', 'hukou_birth', { grade: 5 })).status, 409);
		const [one] = await open('police');
		assert.deepEqual([one.id, one.number, one.item, one.grade, one.text, one.overdue], [poor.json.id, number, 'hukou_birth', 1,
			'等了很久,态度也不好', false]);
		assert.deepEqual(await open('cdc'), []);
		assert.equal((await answer('police', poor.json.id, reply)).status, 200);
		assert.deepEqual(await open('police'), []);
		assert.equal((await rate('anna', 'hukou_birth', { grade: 4 })).status, 201);
		assert.equal((await rate('anna', 'hukou_birth', { grade: 5 })).status, 409);
		const told = (await said('anna')).filter((f) => f.item === 'hukou_birth');
		assert.deepEqual(told.map((f) => [f.turn, f.grade, f.answer && f.answer.text]), [[1, 1, reply.text], [2, 4, null]]);
	});

	await test('a complaint about a step: taken with its day, one at a time of an item, answered by a supervisor too', async () => {
		const what = { item: 'vaccination_record', about: 'slow', text: '说好当场,等了三天' }, key = crypto.randomUUID();
		for (const [json, pointer] of [[{ ...what, item: 'nothing' }, '/item'], [{ ...what, about: 'weather' }, '/about'],
			[{ item: what.item, about: 'slow' }, '/text'], [{ ...what, more: 1 }, '/more']]) {
			const a = await complain('anna', json);
			assert.deepEqual([a.status, pointers(a)], [422, [pointer]], a.text);
		}
		const first = await complain('anna', what, { key });
		assert.equal(first.status, 201, first.text);
		assert.equal((await complain('anna', what, { key })).text, first.text);
		assert.equal((await complain('anna', { ...what, text: '又来' })).status, 409);
		assert.deepEqual((await open('cdc')).map((c) => [c.id, c.kind, c.about, c.event_title]),
			[[first.json.id, 'complaint', 'slow', '新生儿出生一件事']]);
		assert.equal((await open('super')).length, 1);
		const done = crypto.randomUUID(), given = await answer('super', first.json.id, reply, { key: done });
		assert.equal(given.status, 200, given.text);
		assert.equal((await answer('super', first.json.id, reply, { key: done })).text, given.text);
		assert.equal((await answer('cdc', first.json.id, reply)).status, 409);
		assert.equal((await complain('anna', { ...what, text: '还是不行' })).status, 201);
	});

	await test('who may: the applicant says, the department and supervisors answer; others see nothing', async () => {
		const [one] = await open('cdc');
		assert.equal((await rate('berta', 'hukou_birth', { grade: 1 })).status, 404);
		assert.equal((await rate('police', 'hukou_birth', { grade: 5 })).status, 403);
		assert.equal((await complain('agent', { item: 'hukou_birth', about: 'slow', text: 'x' })).status, 404);
		for (const [who, status] of [['anna', 403], ['police', 404], ['far', 404], ['berta', 403], [undefined, 401]])
			assert.equal((await answer(who, one.id, reply)).status, status, who);
		assert.equal((await answer('cdc', '1', reply)).status, 404);
		assert.equal((await answer('cdc', `${one.id}x`, reply)).status, 404);
		for (const bad of [{ text: 'x' }, { outcome: 'nice', text: 'x' }, { outcome: 'explained' }])
			assert.equal((await answer('cdc', one.id, bad)).status, 422);
		for (const who of ['anna', 'agent', 'berta'])
			assert.equal((await w.http('GET', '/api/v1/complaints', { who })).status, 403);
		assert.deepEqual(await open('far'), []);
		assert.equal((await w.http('GET', `${base(number)}/feedback`, { who: 'berta' })).status, 404);
		assert.ok((await said('police')).every((f) => f.department === 'public_security'));
		assert.ok(!JSON.stringify(await open('cdc')).includes('李秀兰'), 'nobody is told who said it');
	});

	await test('an answer that did not come in time is shown and counted as late', async () => {
		w.sql('UPDATE feedback SET due = due - 30 WHERE open');
		assert.deepEqual((await open('cdc')).map((c) => c.overdue), [true]);
		const served = (await w.http('GET', '/api/v1/statistics?by=department', { who: 'super' })).json.rows.find((r) => r.group === 'cdc').served;
		assert.deepEqual([served.n, served.average, served.complaints, served.answer_owed, served.answer_given, served.answer_late], [1, 5, 2, 2, 1, 1]);
	});

	await test('counted with n, by whatever is asked for, and the sum is the same', async () => {
		const rows = async (by) => (await w.http('GET', `/api/v1/statistics${by ? `?by=${by}` : ''}`, { who: 'super' })).json.rows;
		const sum = (list, name) => list.reduce((all, r) => all + r.served[name], 0);
		const [all] = await rows();
		assert.deepEqual([all.served.n, all.served.poor, all.served.complaints], [4, 1, 2]);
		for (const by of ['day', 'month', 'event', 'division', 'department'])
			for (const name of ['n', 'poor', 'complaints', 'answer_owed', 'answer_late'])
				assert.equal(sum(await rows(by), name), all.served[name], `${name} by ${by}`);
	});

	await test('sealed, never changed, and who reads it is noted', async () => {
		for (const [table, words] of [['feedback', '等了'], ['feedback_answer', '道歉']])
			assert.deepEqual(w.sql(`SELECT count(*) FROM ${table} WHERE position(convert_to('${words}', 'UTF8') in text) > 0`), ['0']);
		const allowed = w.sql(`SELECT count(*) FROM information_schema.column_privileges WHERE grantee = 'yijianshi' AND privilege_type IN
			('UPDATE', 'DELETE') AND (table_name = 'feedback_answer' OR table_name = 'feedback' AND column_name <> 'open')`);
		assert.deepEqual(allowed, ['0']);
		assert.ok(w.sql("SELECT DISTINCT c.name FROM access a JOIN account c ON c.id = a.account WHERE a.fields = 'feedback'")
			.includes('cdc'));
	});

	await test('eight complaints at once about one item, each with its own key: one is taken', async () => {
		const all = await Promise.all(Array.from({ length: 8 }, () => complain('anna', { item: 'birth_certificate', about: 'fee', text: '收了钱' })));
		assert.deepEqual(all.map((a) => a.status).sort(), [201, ...Array(7).fill(409)]);
		const done = crypto.randomUUID(), { id } = all.find((a) => a.status === 201).json;
		const answers = await Promise.all(Array.from({ length: 4 }, () => answer('super', id, reply, { key: done })));
		assert.deepEqual(answers.map((a) => a.status), Array(4).fill(200));
		assert.equal((await answer('super', id, reply, { key: crypto.randomUUID() })).status, 409);
	});

	await test('what was said and answered stands in the history, without its words; nothing moves', async () => {
		const said = (await w.history('anna', number)).filter((e) => ['rated', 'complained', 'replied'].includes(e.what));
		assert.deepEqual(said.filter((e) => e.item === 'hukou_birth').map((e) => [e.what, e.by, e.department, e.code]), [
			['rated', 'applicant', 'public_security', '1'], ['replied', 'department', 'public_security', 'put_right'],
			['rated', 'applicant', 'public_security', '4']]);
		assert.equal(said.filter((e) => e.by === 'supervisor').length, 2);
		assert.doesNotMatch(JSON.stringify(said), /等了|收了钱|道歉/);
		assert.equal((await w.show('anna', number)).status, 'finished');
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
