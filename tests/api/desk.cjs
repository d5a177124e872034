/* desk.cjs: a department without an interface: what it is sent lies in its clerks' queue, and what a clerk
 * decides moves the item as a department's own answer would, once, whoever else decides, withdraws or
 * repeats it. And what clerks do beside: many at once, notices, what waits for a person, inquiries, conferences.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const record = 'vaccination_record';
const approved = (n = 1) => ({ state: 'approved', receipt: `接种-${n}`, outputs: { vaccination_no: `V${n}` } });

suite(async (test) => {
	/* its look-ups would want an interface */
	const w = await World.start({ own: (world) => fs.rmSync(path.join(world.events, 'school_entry.lua')),
		settings: { 'department.cdc.style': 'desk' } });

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('cdc', 'clerk', { department: 'cdc', divisions: ['330111'] });
	await w.account('cdc2', 'clerk', { department: 'cdc' });
	await w.account('far', 'clerk', { department: 'cdc', divisions: ['330106'] });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('tax', 'clerk', { department: 'tax' });
	await w.account('super', 'supervisor', { divisions: ['330111'] });
	await w.account('far_super', 'supervisor', { divisions: ['330106'] });

	const get = (who, target) => w.http('GET', target, { who });
	const post = (who, target, json, { key = crypto.randomUUID(), ...more } = {}) => w.http('POST', target, { who, json, key, ...more });
	const place = (number, id = record) => `/api/v1/desk/${number}/${id}`;
	const decide = (who, number, json, more) => post(who, `${place(number)}/decision`, json, more);
	async function queue(who = 'cdc', query = '') {
		const answer = await get(who, `/api/v1/desk${query}`);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	}
	const lies = async (number, who) => (await queue(who, '?limit=200')).items.find((i) => i.number === number);
	/* Filed, and before the clerk. */
	async function filed(body = birth()) {
		const { number } = await w.accepted('anna', body);
		await w.watch('anna', number, 'the record lies in the queue', (a) => item(a, record).status === 'acknowledged');
		return number;
	}
	const state = async (number) => item(await w.show('anna', number), record);
	const words = async (number) => (await w.history('anna', number)).filter((e) => e.item === record).map((e) => e.what);

	await test('nothing is sent to it: the item lies in the queue, acknowledged under a number of ours', async () => {
		const number = await filed(), row = await lies(number);
		assert.deepEqual([row.task, row.item, row.round, row.event], ['decide', record, 1, 'birth']);
		assert.ok(['red', 'yellow', 'green'].includes(row.light) && row.due, JSON.stringify(row));
		assert.match((await state(number)).receipt, /^[0-9A-Z]{8}-\d{3}$/);
		assert.deepEqual(w.gate.of(number).filter((c) => c.department === 'cdc'), []);
		assert.deepEqual(await words(number), ['sent', 'acknowledged']);
		assert.equal((await lies(number, 'far')), undefined, 'another county');
		assert.equal((await lies(number, 'tax')), undefined, 'another department');
	});

	await test('how much of the whole queue is green, yellow and red is told with each page of it', async () => {
		await filed();
		await filed();
		const { lights } = await queue(), rows = (await queue('cdc', '?limit=200')).items;
		for (const light of ['red', 'yellow', 'green'])
			assert.equal(lights[light], rows.filter((one) => one.light === light).length, light);
		const [first, next] = rows;
		w.sql(`UPDATE desk SET due = due - 400 FROM application a WHERE a.id = desk.application AND a.number = '${first.number}'`);
		const page = await queue('cdc', '?limit=1');
		assert.equal(page.lights.red, lights.red + (first.light !== 'red'), 'and not of the page alone');
		assert.deepEqual([page.items[0].number, page.items[0].light], [first.number, 'red']);
		assert.equal((await queue('cdc', `?limit=1&cursor=${page.cursor}`)).items[0].number, next.number);
	});

	await test('the clerk sees what his department was sent, whence it comes, and nothing else', async () => {
		const number = await filed(), answer = await get('cdc', place(number));
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json.fields.map((f) => f.name).sort(), ['birth_datetime', 'child_name', 'mother_phone']);
		assert.ok(answer.json.fields.every((f) => f.title && f.value !== undefined && f.source.kind), answer.text);
		assert.deepEqual(answer.json.outputs, [{ name: 'vaccination_no', optional: false, type: 'text' }]);
		assert.doesNotMatch(answer.text, /mother_id_no|hukou_address|householder/);
		assert.deepEqual(w.sql(`SELECT a.fields, a.why FROM access a JOIN account c ON c.id = a.account WHERE c.name = 'cdc' AND a.fields = 'item'`)[0],
			'item|clerk');
		for (const who of ['far', 'police', 'tax', 'anna']) {
			const hidden = await get(who, place(number));
			assert.equal(hidden.status, 404, who);
			assert.equal(hidden.text, (await get('cdc', place(`${number.slice(0, -4)}0000`))).text);
		}
		assert.equal((await get('cdc', place(number, 'birth_certificate'))).status, 404, 'not his item');
		assert.equal((await get('anna', '/api/v1/desk')).status, 403);
	});

	await test('what the applicant says a register has wrong is marked', async () => {
		const number = await filed(birth({}, { disputed: ['birth_datetime', 'child_sex'] }));
		const { fields } = (await get('cdc', place(number))).json;
		assert.deepEqual(fields.filter((f) => f.disputed).map((f) => f.name), ['birth_datetime']);
	});

	await test('approved with the department\'s own number and outputs: done, out of the queue', async () => {
		const number = await filed();
		const answer = await decide('cdc', number, approved(7));
		assert.equal(answer.status, 200, answer.text);
		const i = item(answer.json, record);
		assert.deepEqual([i.status, i.receipt, i.outputs], ['approved', '接种-7', { vaccination_no: 'V7' }]);
		assert.ok(answer.json.items.every((one) => one.department === 'cdc'), 'only his own');
		assert.equal(await lies(number), undefined);
		assert.deepEqual(await words(number), ['sent', 'acknowledged', 'approved']);
		await w.finished('anna', number);
	});

	await test('what the call does not give, misses or has no format is refused with its pointer, and nothing happens', async () => {
		const number = await filed();
		const errors = async (json) => {
			const answer = await decide('cdc', number, json);
			assert.equal(answer.status, 422, answer.text);
			return answer.json.errors.map((e) => `${e.pointer} ${e.code}`);
		};
		assert.deepEqual(await errors({ state: 'approved', outputs: {} }), ['/receipt required', '/outputs/vaccination_no required']);
		assert.deepEqual(await errors({ ...approved(), outputs: { vaccination_no: 5 } }), ['/outputs/vaccination_no format']);
		assert.deepEqual(await errors({ state: 'rejected', receipt: '1' }), ['/reason required']);
		assert.deepEqual(await errors({ state: 'correction' }), ['/fields required']);
		assert.deepEqual(await errors({ state: 'correction', fields: [{ field: 'hukou_address', reason: '不对' }] }), ['/fields/0 unknown_field']);
		assert.deepEqual(await errors({ state: 'correction', fields: [{ field: 'child_name' }] }), ['/fields/0 required']);
		assert.deepEqual(await errors({ state: 'done' }), ['/state not_chosen']);
		assert.deepEqual(await errors({ ...approved(), more: 1 }), ['/more unknown_field']);
		assert.equal((await decide('cdc', number, approved(), { key: null })).status, 400);
		assert.equal((await state(number)).status, 'acknowledged');
		assert.ok(await lies(number));
	});

	await test('refused with a reason, which the applicant reads', async () => {
		const number = await filed();
		assert.equal((await decide('cdc', number, { state: 'rejected', receipt: 'J1', reason: '已在外地建证' })).status, 200);
		const i = await state(number);
		assert.deepEqual([i.status, i.problem.text], ['refused', '已在外地建证']);
	});

	await test('sent back with marks: corrected, it comes again in a round of its own, with what stood there before', async () => {
		const number = await filed(birth({ mother_phone: '13800000001' }));
		assert.equal((await decide('cdc', number, { state: 'correction', fields: [{ field: 'mother_phone', reason: '打不通' }] })).status, 200);
		assert.equal(await lies(number), undefined);
		const mended = await post('anna', `/api/v1/applications/${number}/correction`, { form: { mother_phone: '13800000002' } });
		assert.equal(mended.status, 200, mended.text);
		await until('it lies there again', () => lies(number));
		const task = (await get('cdc', place(number))).json, phone = task.fields.find((f) => f.name === 'mother_phone');
		assert.deepEqual([task.round, phone.value, phone.before], [2, '13800000002', '13800000001']);
		assert.equal(task.messages[0].marked[0].reason, '打不通');
		assert.equal((await decide('cdc', number, approved(2))).status, 200);
		assert.deepEqual(await words(number), ['sent', 'acknowledged', 'correction', 'sent', 'acknowledged', 'approved']);
	});

	await test('two clerks at once: one decides, the other hears that it was; nothing is a conflict', async () => {
		const number = await filed();
		const both = await Promise.all([decide('cdc', number, approved(1)), decide('cdc2', number, { state: 'rejected', receipt: '2', reason: '不行' })]);
		assert.deepEqual(both.map((a) => a.status).sort(), [200, 409]);
		assert.equal((await words(number)).filter((what) => ['approved', 'refused', 'conflict'].includes(what)).length, 1);
		assert.equal((await decide('cdc', number, approved(3))).status, 409);
	});

	await test('repeated under its key: the stored answer, byte for byte; another body 422', async () => {
		const number = await filed(), key = crypto.randomUUID();
		const first = await decide('cdc', number, approved(4), { key });
		const again = await decide('cdc', number, approved(4), { key });
		assert.deepEqual([again.status, again.text, again.headers['idempotent-replayed']], [200, first.text, 'true']);
		assert.equal((await decide('cdc', number, approved(5), { key })).status, 422);
		assert.equal((await words(number)).filter((what) => what === 'approved').length, 1);
	});

	await test('withdrawn before it was decided: the undo is a task; decided, the item is taken back', async () => {
		const number = await filed();
		assert.equal((await post('anna', `/api/v1/applications/${number}/withdrawal`, {})).status, 200);
		const row = await until('the undo lies there', async () => { const one = await lies(number); return one && one.task === 'undo' && one; });
		assert.equal(row.item, record);
		assert.equal((await decide('cdc', number, approved())).status, 422, 'an undo is not approved');
		assert.equal((await decide('cdc', number, { state: 'cancelled' })).status, 200);
		const i = await state(number);
		assert.deepEqual([i.status, i.undo], ['withdrawn', 'done']);
		assert.equal(await lies(number), undefined);
		await w.watch('anna', number, 'withdrawn', (a) => a.status === 'withdrawn');
	});

	await test('an undo that is refused stays in force and waits for a person, who closes it with a reason', async () => {
		const number = await filed();
		assert.equal((await decide('cdc', number, approved(6))).status, 200);
		const asked = await post('anna', `/api/v1/applications/${number}/withdrawal`, {});
		if (asked.status === 409)
			return; /* it had finished first */
		await until('the undo lies there', async () => (await lies(number) || {}).task === 'undo');
		assert.equal((await decide('cdc', number, { state: 'rejected', reason: '已经接种,不能撤销' })).status, 200);
		assert.deepEqual([(await state(number)).status, (await state(number)).undo], ['approved', 'failed']);
		const list = (await get('cdc', '/api/v1/desk/attention')).json.items.filter((i) => i.number === number);
		assert.deepEqual(list.map((i) => [i.kind, i.closing, i.words]), [['undo', 'keep', '已经接种,不能撤销']]);
		assert.equal((await post('cdc', `${place(number)}/closing`, {})).status, 422);
		assert.equal((await post('tax', `${place(number)}/closing`, { reason: 'x' })).status, 404);
		assert.equal((await post('cdc', `${place(number)}/closing`, { reason: '已电话告知申请人' })).status, 200);
		assert.equal((await post('cdc', `${place(number)}/closing`, { reason: '又告知一次' })).status, 409, 'it is closed');
		assert.deepEqual((await get('cdc', '/api/v1/desk/attention')).json.items.filter((i) => i.number === number), []);
		assert.equal((await words(number)).at(-1), 'settled');
	});

	await test('many at once: each with its own answer; the same again changes nothing', async () => {
		const numbers = [await filed(), await filed(), await filed()], key = crypto.randomUUID();
		const decisions = numbers.map((number, n) => ({ number, item: record, ...approved(20 + n) }));
		decisions[1].outputs = {};
		const all = await post('cdc', '/api/v1/desk/decisions', { decisions }, { key });
		assert.equal(all.status, 200, all.text);
		assert.deepEqual(all.json.results.map((r) => [r.number, r.status]), [[numbers[0], 200], [numbers[1], 422], [numbers[2], 200]]);
		assert.equal(all.json.results[1].errors[0].pointer, '/outputs/vaccination_no');
		const again = await post('cdc', '/api/v1/desk/decisions', { decisions }, { key });
		assert.deepEqual(again.json.results.map((r) => r.status), [200, 422, 200]);
		assert.equal((await words(numbers[0])).filter((what) => what === 'approved').length, 1);
		assert.equal((await post('cdc', '/api/v1/desk/decisions', { decisions: [] })).status, 422);
		assert.equal((await post('tax', '/api/v1/desk/decisions', { decisions: [decisions[1]] })).json.results[0].status, 404);
	});

	await test('typed into another system again: said, and counted', async () => {
		const counted = async () => {
			const rows = (await w.http('GET', '/api/v1/statistics?by=department', { who: 'cdc' })).json.rows;
			return (rows.find((r) => r.group === 'cdc') || {}).retyped || 0;
		};
		const before = await counted(), number = await filed();
		assert.equal((await decide('cdc', number, { ...approved(8), copied: '全国免疫规划系统' })).status, 200);
		assert.equal(await counted(), before + 1);
		assert.ok((await words(number)).includes('retyped'));
	});

	await test('the queue goes by what is left of the promise, page by page', async () => {
		for (let i = 0; i < 3; i++)
			await filed();
		const all = (await queue('cdc', '?limit=200')).items.map((i) => i.number), pages = [];
		for (let cursor = ''; cursor !== null;) {
			const page = await queue('cdc', `?limit=2${cursor && `&cursor=${cursor}`}`);
			pages.push(...page.items.map((i) => i.number));
			cursor = page.cursor;
		}
		assert.deepEqual(pages, all);
		for (const bad of ['?limit=0', '?limit=201', '?cursor=1', '?cursor=x'])
			assert.equal((await get('cdc', `/api/v1/desk${bad}`)).status, 400, bad);
	});

	await test('a restart changes nothing: what lay there lies there, once', async () => {
		const number = await filed();
		await w.node.kill('SIGKILL');
		await w.startNode();
		assert.equal((await queue('cdc', '?limit=200')).items.filter((i) => i.number === number).length, 1);
		assert.equal((await decide('cdc', number, approved(9))).status, 200);
		assert.deepEqual(await words(number), ['sent', 'acknowledged', 'approved']);
	});

	await test('papers: the clerk opens what his item was sent with, and no other', async () => {
		const file = await w.http('POST', '/api/v1/files', { who: 'anna', body: paper.pdf(), headers: { 'Content-Type': 'application/pdf' } });
		assert.equal(file.status, 201, file.text);
		const number = await filed(birth({}, { materials: { handbook: file.json.id } }));
		const task = (await get('cdc', place(number))).json;
		const told = task.materials.find((m) => m.file);
		if (told) {
			assert.equal((await get('cdc', `/api/v1/files/${told.file.id}`)).status, 200);
			assert.equal((await get('tax', `/api/v1/files/${told.file.id}`)).status, 404);
		}
		assert.deepEqual(task.materials.map((m) => m.id), ['handbook']);
	});

	/* What departments said to one another, as the case's history tells it. */
	const beside = async (number) => (await w.history('anna', number)).filter((e) =>
		['inquired', 'answered', 'conferred', 'concluded'].includes(e.what)).map((e) => [e.what, e.department, e.item]);
	const read = async (number) => (await w.http('GET', `/api/v1/applications/${number}/accesses`, { who: 'anna' })).json.accesses;

	await test('another department of the case is asked; its clerk answers, once', async () => {
		const number = await filed();
		const ask = (json, { who = 'cdc', key = crypto.randomUUID() } = {}) => w.http('POST', `${place(number)}/inquiries`, { who, json, key });
		const key = crypto.randomUUID(), question = { department: 'public_security', question: '户口落在哪里?' };
		const asked = await ask(question, { key });
		assert.equal(asked.status, 201, asked.text);
		const again = await ask(question, { key });
		assert.deepEqual([again.status, again.text, again.headers['idempotent-replayed']], [201, asked.text, 'true']);
		assert.equal((await ask({ ...question, question: '别的' }, { key })).status, 422, 'the key was used for something else');
		assert.equal((await ask(question, { key: null })).status, 400);
		assert.equal(w.sql(`SELECT count(*) FROM inquiry i JOIN application a ON a.id = i.application WHERE a.number = '${number}'`)[0], '1');
		assert.equal((await ask({ department: 'housing_fund', question: '?' })).json.errors[0].pointer, '/department');
		assert.equal((await ask({ department: 'public_security' })).json.errors[0].pointer, '/question');
		const mine = (await get('police', '/api/v1/inquiries')).json.inquiries.find((q) => q.number === number);
		assert.deepEqual([mine.from, mine.question, mine.answer], ['cdc', '户口落在哪里?', null]);
		assert.equal((await get('tax', '/api/v1/inquiries')).json.inquiries.length, 0);
		const answer = (who, text) => w.http('POST', `/api/v1/inquiries/${mine.id}/answer`, { who, json: { answer: text }, key: crypto.createHash('sha256').update(who + text).digest('hex') });
		assert.equal((await answer('tax', '不知道')).status, 404);
		assert.equal((await answer('police', '')).status, 422);
		assert.equal((await answer('police', '落在父亲户口')).status, 200);
		assert.equal((await answer('police', '落在父亲户口')).status, 200, 'the same key');
		assert.equal((await answer('police', '再答')).status, 409);
		assert.equal((await get('cdc', place(number))).json.inquiries[0].answer, '落在父亲户口');
		assert.doesNotMatch(w.sql('SELECT question FROM inquiry').join(), /户口/);
		assert.deepEqual(await beside(number), [['inquired', 'cdc', record], ['answered', 'public_security', record]]);
		assert.ok((await read(number)).some((one) => one.fields === 'inquiry' && one.department === 'public_security'), 'who is asked has read it');
	});

	await test('a conference: seen by who is invited; minutes and decision by who called it, once', async () => {
		const number = await filed(), date = new Date(Date.now() + 8 * 3600e3 + 86400e3).toISOString().slice(0, 10);
		const call = (json, key = crypto.randomUUID()) => w.http('POST', `${place(number)}/conferences`, { who: 'cdc', json, key });
		const wanted = { departments: ['public_security'], question: '能不能先建证?', date }, key = crypto.randomUUID();
		const made = await call(wanted, key);
		assert.equal(made.status, 201, made.text);
		assert.equal((await call(wanted, key)).text, made.text, 'the same key');
		assert.equal((await call({ departments: [], question: '?', date })).json.errors[0].pointer, '/departments');
		assert.equal((await call({ departments: ['tax'], question: '?', date: '2020-01-01' })).json.errors[0].pointer, '/date');
		const one = `/api/v1/conferences/${made.json.id}`;
		assert.deepEqual([(await get('police', one)).json.question, (await get('police', one)).json.held_on], ['能不能先建证?', date]);
		assert.deepEqual([(await get('tax', one)).status, (await get('far', one)).status], [404, 404]);
		assert.equal((await read(number)).filter((one) => one.fields === 'conference').length, 2, 'each time it was opened, nobody else');
		assert.ok((await get('police', '/api/v1/conferences')).json.conferences.some((c) => c.id === made.json.id));
		assert.equal((await read(number)).filter((one) => one.fields === 'conference').length, 3, 'and with the list');
		const watched = (await get('super', '/api/v1/conferences')).json.conferences.find((c) => c.id === made.json.id);
		assert.deepEqual([watched.called_by, watched.departments, watched.held_on, watched.decided_at, watched.question],
			['cdc', ['cdc', 'public_security'], date, null, null], 'a supervisor sees that there is one, not what is said');
		assert.deepEqual((await get('far_super', '/api/v1/conferences')).json.conferences, []);
		assert.equal((await get('super', one)).status, 403);
		const minute = (who, json) => w.http('POST', `${one}/minutes`, { who, json, key: crypto.randomUUID() });
		assert.equal((await minute('police', { minutes: '到会', decision: '可以' })).status, 403);
		assert.equal((await minute('cdc', { minutes: '两家到会' })).status, 422);
		assert.equal((await minute('cdc', { minutes: '两家到会', decision: '先建证' })).status, 200);
		assert.equal((await minute('cdc2', { minutes: '再记', decision: '不' })).status, 409);
		assert.deepEqual([(await get('police', one)).json.decision, (await get('police', one)).json.minutes], ['先建证', '两家到会']);
		assert.deepEqual(await beside(number), [['conferred', 'cdc', undefined], ['concluded', 'cdc', undefined]]);
	});

	await test('of a department with an interface a clerk decides only what a person must look at', async () => {
		w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 422, body: { error: 'no' } } : undefined;
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'attention', (a) => item(a, 'hukou_birth').status === 'attention');
		const told = (await get('police', '/api/v1/desk/attention')).json.items.find((i) => i.number === number);
		assert.deepEqual([told.kind, told.closing], ['unknown', 'decide']);
		const decision = `${place(number, 'hukou_birth')}/decision`;
		const outputs = { child_id_no: idNumber(5, true, '20261120'), hukou_no: 'H1', hukou_region_code: '330111' };
		assert.equal((await post('police', `${place(number, 'hukou_birth')}/closing`, { reason: '不管' })).status, 409, 'it wants a decision');
		assert.equal((await post('police', decision, { state: 'approved', receipt: 'PS-9', outputs })).status, 200);
		assert.equal((await post('police', decision, { state: 'approved', receipt: 'PS-9', outputs })).status, 409);
		w.gate.rule = () => undefined;
		assert.equal((await decide('cdc', number, approved(10))).status, 200);
		await w.finished('anna', number);
		/* and a second word that contradicts */
		await w.callback('public_security', { key: w.gate.find(number, 'hukou_birth').key, state: 'rejected', result_id: '1', reason: '不行' });
		await until('the conflict is told', async () => (await get('police', '/api/v1/desk/attention')).json.items
			.some((i) => i.number === number && i.kind === 'conflict'));
		assert.equal((await post('police', `${place(number, 'hukou_birth')}/closing`, { reason: '以登记为准' })).status, 200);
		assert.ok(!(await get('police', '/api/v1/desk/attention')).json.items.some((i) => i.number === number));
		assert.equal((await w.history('anna', number)).at(-1).what, 'settled');
	});

	await test('verify says 0 differences', async () => {
		await w.verify();
	});
	await w.stop();
});
