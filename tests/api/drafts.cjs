/* drafts.cjs: what people type before they file. Kept as it was typed, for its writer alone, sealed; two
 * devices do not lose each other's words; filing under the draft's key ends it with the application, and
 * filing twice is one application; its papers stay as long as it does.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, birthForm, Browser, childName, idNumber, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');

const resident = { id_number: idNumber(77), full_name: '赵小兰' };

suite(async (test) => {
	const w = await World.start();

	await w.account('anna', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('berta', 'citizen', { id: idNumber(2) });
	await w.account('agent', 'agent', { divisions: ['330111'] });
	await w.account('second_agent', 'agent', { divisions: ['330111'] });
	await w.account('clerk', 'clerk', { department: 'health', divisions: ['330111'] });

	const place = (event, key) => `/api/v1/drafts/${event}${key ? `?key=${key}` : ''}`;
	const get = (who, event = 'birth', key) => w.http('GET', place(event, key), { who });
	const put = (who, json, event = 'birth') => w.http('PUT', place(event), { who, json });
	const drop = (who, event = 'birth', key) => w.http('DELETE', place(event, key), { who });
	const list = async (who) => (await w.http('GET', '/api/v1/drafts', { who })).json.drafts;
	const saved = async (...args) => {
		const answer = await put(...args);
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	};

	await test('the first field makes a draft, which comes back as it was typed, right or wrong', async () => {
		assert.equal((await get('anna')).status, 404);
		const form = { child_name: '王', no_such_question: [1, { deep: null }], birth_datetime: 'yesterday, I think' };
		const first = await saved('anna', { form });
		assert.equal(first.revision, 1);
		assert.match(first.key, /^draft-[\w-]{22}$/);
		const { version, ...draft } = (await get('anna')).json;
		assert.match(version, /^sha256:[0-9a-f]{64}$/);
		assert.deepEqual(draft, { event: 'birth', form, choices: {}, materials: {}, disputed: [], ...first });
	});

	await test('each change is a revision; the key stays', async () => {
		const before = (await get('anna')).json;
		const content = { form: { child_name: '王安' }, choices: { social_card: false, odd: 'x' }, materials: { father_id_photo: 'what?' },
			disputed: ['mother_name'] };
		const next = await saved('anna', { ...content, revision: 1 });
		assert.deepEqual([next.revision, next.key], [2, before.key]);
		const { form, choices, materials, disputed } = (await get('anna')).json;
		assert.deepEqual({ form, choices, materials, disputed }, content);
		assert.equal((await saved('anna', { ...content, revision: 1 })).revision, 2, 'the same once more is no change');
	});

	await test('an older revision is told what another device stored; nothing of that is lost', async () => {
		for (const revision of [0, 1, 3, undefined]) {
			const answer = await put('anna', { form: { child_name: '李' }, revision });
			assert.equal(answer.status, 409, answer.text);
			assert.equal(answer.json.draft.revision, 2);
			assert.equal(answer.json.draft.form.child_name, '王安');
		}
		assert.equal((await get('anna')).json.revision, 2);
	});

	await test('of many that save at once one wins, the others are told', async () => {
		const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => put('anna', { form: { n: i }, revision: 2 })));
		assert.deepEqual(answers.map((a) => a.status).sort(), [200, ...Array(11).fill(409)]);
		const winner = answers.findIndex((a) => a.status === 200);
		assert.deepEqual((await get('anna')).json.form, { n: winner });
		assert.ok(answers.every((a) => a.status === 200 || a.json.draft.revision === 3));
		const made = await Promise.all(Array.from({ length: 8 }, (_, i) => put('berta', { form: { n: i } })));
		assert.deepEqual(made.map((a) => a.status).sort(), [200, ...Array(7).fill(409)]);
		assert.equal((await drop('berta')).status, 204);
	});

	await test('only its shape and size are looked at', async () => {
		const bad = [[{}, '/form', 'required'], [{ form: [] }, '/form', 'type'], [{ form: {}, choices: 1 }, '/choices', 'type'],
			[{ form: {}, materials: { a: 1 } }, '/materials', 'type'], [{ form: {}, disputed: [1] }, '/disputed', 'type'],
			[{ form: {}, revision: -1 }, '/revision', 'type'], [{ form: {}, revision: '3' }, '/revision', 'type'],
			[{ form: {}, key: 'mine' }, '/key', 'unknown_field'], [{ form: {}, for: resident }, '/for', 'not_yours']];
		for (const [json, pointer, code] of bad) {
			const answer = await put('anna', json);
			assert.equal(answer.status, 422, answer.text);
			assert.deepEqual(answer.json.errors.map((e) => [e.pointer, e.code]), [[pointer, code]]);
		}
		assert.equal((await w.http('PUT', place('birth'), { who: 'anna', body: '[1]' })).status, 400);
		assert.equal((await w.http('PUT', place('birth'), { who: 'anna', body: '{' })).status, 400);
		assert.equal((await w.http('PUT', place('birth'), { who: 'anna', body: '{}', type: 'text/plain' })).status, 415);
		assert.equal((await put('anna', { form: { long: 'x'.repeat(256 << 10) } })).status, 413);
		assert.equal((await put('anna', { form: { long: 'x'.repeat(255 << 10) }, revision: 3 })).status, 200);
		assert.equal((await put('anna', { form: {} }, 'no_such_event')).status, 404);
	});

	await test('nobody else knows of it: 404 as for what never was', async () => {
		const never = await get('berta', 'school_entry');
		const { key } = (await get('anna')).json;
		assert.equal((await get('anna', 'birth', key)).json.key, key);
		assert.equal((await get('anna', 'school_entry', key)).status, 404, 'a key is of one event');
		for (const answer of [await get('berta'), await drop('berta'), await get('agent'), await get('agent', 'birth', key),
			await get('berta', 'birth', key), await drop('berta', 'birth', key), await get('anna', 'birth', 'x')])
			assert.deepEqual([answer.status, answer.text], [404, never.text]);
		assert.deepEqual(await list('berta'), []);
		assert.equal((await get('clerk')).status, 403);
		assert.equal((await get(undefined)).status, 401);
	});

	await test('an agent has one for each whom he helps, and no other agent sees it; his reading is noted first', async () => {
		const other = { id_number: idNumber(78), full_name: '钱大有' };
		const notes = () => w.sql(`SELECT fields, why, encode(uuid_send(a.person), 'hex') <> repeat('0', 32) FROM access a
			JOIN account c ON c.id = a.account WHERE c.name = 'agent'`);
		await Promise.all([resident, other].map((who) => w.mandated('agent', who)));
		const { key } = await saved('agent', { form: { child_name: '赵一' }, for: resident });
		await saved('agent', { form: { child_name: '钱一' }, for: other });
		assert.equal(notes().length, 0);
		const mine = await get('agent', 'birth', key);
		assert.deepEqual([mine.json.form.child_name, mine.json.for], ['赵一', resident]);
		assert.deepEqual(notes(), ['draft|shown|t']);
		assert.deepEqual((await list('agent')).map((d) => d.for.full_name), ['钱大有', '赵小兰']);
		assert.equal(notes().length, 3);
		assert.equal((await get('second_agent', 'birth', key)).status, 404);
		assert.equal((await get('agent')).status, 404, 'for himself he has none');
		for (const [who, code] of [[{ ...resident, id_number: '110101199001010011' }, 'check_digit'], [{ full_name: '赵小兰' }, 'required']])
			assert.deepEqual((await put('agent', { form: {}, for: who })).json.errors.map((e) => e.code), [code]);
		for (const query of [`for=${resident.id_number}`, `key=${resident.id_number}`])
			assert.equal((await w.http('GET', `/api/v1/drafts/birth?${query}`, { who: 'agent' })).status, 404, 'nobody is found by his number');
		const again = await put('agent', { form: { child_name: '赵二' }, for: resident });
		assert.deepEqual([again.status, again.json.draft.key], [409, key], 'whoever begins anew is told of what there is');
	});

	await test('where the note cannot be written nothing is shown', async () => {
		const [{ key }] = await list('agent');
		w.sql('REVOKE INSERT ON access FROM yijianshi');
		try {
			assert.equal((await w.http('GET', '/api/v1/drafts', { who: 'agent', faulty: true })).status, 503);
			assert.equal((await w.http('GET', place('birth', key), { who: 'agent', faulty: true })).status, 503);
		} finally {
			w.sql('GRANT INSERT ON access TO yijianshi');
		}
	});

	await test('the last changed stands first; what is thrown away is gone', async () => {
		await saved('berta', { form: { n: 1 } }, 'birth');
		await saved('berta', { form: { n: 2 } }, 'school_entry');
		await saved('berta', { form: { n: 3 }, revision: 1 }, 'birth');
		assert.deepEqual((await list('berta')).map((d) => d.event), ['birth', 'school_entry']);
		assert.equal((await drop('berta', 'school_entry')).status, 204);
		assert.equal((await drop('berta', 'school_entry')).status, 404);
		assert.deepEqual((await list('berta')).map((d) => d.event), ['birth']);
		const late = await put('berta', { form: { n: 4 }, revision: 1 }, 'school_entry');
		assert.deepEqual([late.status, late.json.draft], [409, null], 'what is gone does not come back by itself');
		assert.equal((await drop('berta')).status, 204);
	});

	await test('nothing of it lies in clear in the database', async () => {
		await saved('berta', { form: { child_name: '司马光明' }, materials: {} });
		const words = Buffer.from('司马光明').toString('hex');
		assert.equal(w.sql(`SELECT count(*) FROM draft WHERE position('\\x${words}'::bytea IN sealed) > 0`)[0], '0');
		const [row] = w.sql(`SELECT id FROM draft WHERE event = 'birth' ORDER BY changed_at DESC LIMIT 1`);
		w.sql(`UPDATE draft SET revision = revision + 1 WHERE id = ${row}`);
		assert.equal((await w.http('GET', place('birth'), { who: 'berta', faulty: true })).status, 503, 'an older text is not passed off as new');
		w.sql(`UPDATE draft SET revision = revision - 1 WHERE id = ${row}`);
		assert.equal((await drop('berta')).status, 204);
	});

	const count = () => Number(w.sql('SELECT count(*) FROM draft')[0]);

	await test('filing under its key ends the draft with the application; once more is the same application', async () => {
		const form = birthForm(), { key } = await saved('berta', { form });
		const before = count();
		assert.equal((await w.file('berta', { event: 'birth', form: { ...form, child_name: 1 } }, { key })).status, 422);
		assert.equal(count(), before, 'what is refused stays a draft');
		const anothers = await w.file('anna', birth(), { key });
		assert.equal(anothers.status, 201, anothers.text);
		assert.equal(count(), before, 'another person\'s key is another key');
		const first = await w.file('berta', { event: 'birth', form }, { key }), second = await w.file('berta', { event: 'birth', form }, { key });
		assert.deepEqual([first.status, second.status], [201, 201], first.text);
		assert.equal(second.headers['idempotent-replayed'], 'true');
		assert.equal(second.text, first.text);
		assert.equal(count(), before - 1);
		assert.equal((await get('berta')).status, 404);
		const late = await put('berta', { form, revision: 1 });
		assert.equal(late.status, 409, 'a page that still saves makes no new draft of what was filed');
		assert.equal((await get('berta')).status, 404);
	});

	await test('application and draft are one transaction: what cannot be committed leaves the draft', async () => {
		const form = birthForm(), { key } = await saved('berta', { form });
		w.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
			CREATE TRIGGER refuse BEFORE INSERT ON history FOR EACH ROW EXECUTE FUNCTION refuse()`);
		try {
			assert.ok((await w.file('berta', { event: 'birth', form }, { key, faulty: true })).status >= 422);
		} finally {
			w.sql('DROP TRIGGER refuse ON history; DROP FUNCTION refuse()');
		}
		assert.equal((await get('berta')).json.key, key);
		assert.equal((await w.file('berta', { event: 'birth', form }, { key })).status, 201);
		assert.equal((await get('berta')).status, 404);
	});

	const upload = async (who) => (await w.http('POST', '/api/v1/files', { who, body: paper.pdf(400, crypto.randomUUID()), type: null })).json.id;
	const restart = async () => {
		assert.equal(await w.node.stop(), 0);
		await w.startNode();
	};

	await test('its papers stay longer than seven days, its own ones only, and can then be filed', async () => {
		const [named, left, foreign] = [await upload('berta'), await upload('berta'), await upload('anna')];
		const form = birthForm({ father_authorised: false, child_name: childName() });
		const { key } = await saved('berta', { form, materials: { father_id_photo: named, another: foreign } });
		w.sql(`UPDATE file SET stored_at = stored_at - interval '8 days' WHERE NOT used`);
		assert.equal((await w.http('GET', `/api/v1/files/${named}`, { who: 'berta' })).status, 200);
		for (const [who, id] of [['berta', left], ['anna', foreign]])
			assert.equal((await w.http('GET', `/api/v1/files/${id}`, { who })).status, 404);
		const answer = await w.file('berta', { event: 'birth', form, materials: { father_id_photo: named } }, { key });
		assert.equal(answer.status, 201, answer.text);
		assert.equal(w.sql('SELECT count(*) FROM draft_file')[0], '0');
	});

	/* ---- one that an agent has begun goes on with whom it is for ---- */

	const photo = 'father_id_photo', looks = async (who, id) => (await w.http('GET', `/api/v1/files/${id}`, { who })).status;
	const village = '330111001001', helped = { id_number: idNumber(85), full_name: '周小敏' };
	const begun = async (agent, event = 'birth') => {
		const id = await upload(agent), { applied_by_agent, ...form } = birthForm({ father_authorised: false, child_name: childName(),
			mother_id_no: helped.id_number, mother_name: helped.full_name });
		return { id, form, ...await saved(agent, { form, materials: { [photo]: id }, for: helped }, event) };
	};
	const take = (who, key, event = 'birth') => w.http('POST', `/api/v1/drafts/${event}/takeover`, { who, json: { key } });

	await test('an agent\'s drafts go to his successor, with their papers: he goes on, files, and the leaver has nothing of them', async () => {
		for (const name of ['leaver', 'successor'])
			await w.account(name, 'agent', { divisions: [village] });
		await w.mandated('leaver', helped);
		const draft = await begun('leaver');
		assert.equal(await looks('successor', draft.id), 404);
		const handed = await w.http('POST', '/api/v1/mandates/handover', { who: 'leaver', json: { agent: 'successor' } });
		assert.deepEqual(handed.json, { handed: 1, kept: 0 });
		assert.equal((await get('leaver', 'birth', draft.key)).status, 404);
		assert.equal(await looks('leaver', draft.id), 404, 'what he photographed is not his to look at any more');
		assert.equal((await put('leaver', { form: {}, for: helped, revision: 1 })).status, 403);
		const there = (await get('successor', 'birth', draft.key)).json;
		assert.deepEqual([there.form, there.for, there.materials, there.revision], [draft.form, helped, { [photo]: draft.id }, 1]);
		assert.equal(await looks('successor', draft.id), 200);
		assert.deepEqual(w.sql(`SELECT x.fields, encode(uuid_send(x.person), 'hex') <> repeat('0', 32) FROM access x JOIN account c
			ON c.id = x.account WHERE c.name = 'successor' ORDER BY x.id`), ['draft|t', 'file|t'], 'and each look is noted');
		const form = { ...draft.form, child_name: childName() };
		await saved('successor', { form, materials: there.materials, for: helped, revision: 1 });

		const filed = await w.file('successor', { event: 'birth', form, materials: there.materials, for: helped }, { key: draft.key });
		assert.equal(filed.status, 201, filed.text);
		assert.equal((await get('successor', 'birth', draft.key)).status, 404);
	});

	await test('so they do when the agent is sent elsewhere, and when another of the village is let in; not when the person ended it', async () => {
		await w.account('helped', 'citizen', { id: helped.id_number, full: helped.full_name });
		for (const name of ['moved', 'third'])
			await w.account(name, 'agent', { divisions: [village] });
		await w.account('farther', 'agent', { divisions: ['330111104213'] });
		await w.mandated('moved', helped);
		const first = await begun('moved');
		await w.mandated('third', helped);
		assert.equal((await get('third', 'birth', first.key)).status, 404, 'as long as he acts it is his');
		assert.equal((await w.run('account', 'change', 'moved', '--role', 'agent', '--division', '330111001002')).status, 0);
		await w.mandated('farther', helped);
		assert.equal((await get('farther', 'birth', first.key)).status, 404, 'another village\'s agent has nothing of it');
		await w.mandated('third', helped);
		assert.equal((await get('third', 'birth', first.key)).json.key, first.key);
		const [mandate] = (await w.http('GET', '/api/v1/mandates', { who: 'helped' })).json.mandates.filter((m) => m.agent === 'third' && m.in_force);
		assert.equal((await w.http('DELETE', `/api/v1/mandates/${mandate.id}`, { who: 'helped' })).status, 204);
		await w.mandated('successor', helped);
		assert.equal((await get('successor', 'birth', first.key)).status, 404);
		assert.deepEqual((await list('helped')).map((d) => [d.by, d.key, d.for]), [['third', first.key, undefined]]);
	});

	await test('whom it is for sees it and goes on with it himself, once, as his own; its papers with it', async () => {
		const [draft] = await list('helped'), id = draft.materials[photo];
		assert.deepEqual(await list('anna').then((all) => all.filter((d) => d.by)), []);
		for (const [who, key, event] of [['anna', draft.key], ['helped', 'draft-none'], ['helped', draft.key, 'school_entry']])
			assert.equal((await take(who, key, event)).status, 404);
		const own = await saved('helped', { form: { child_name: '周' } });
		assert.equal((await take('helped', draft.key)).status, 404, 'not beside one of his own');
		assert.equal((await drop('helped', 'birth', own.key)).status, 204);
		assert.equal(await looks('helped', id), 404);
		const taken = await Promise.all(Array.from({ length: 4 }, () => take('helped', draft.key)));
		assert.deepEqual(taken.map((a) => a.status).sort(), [200, 404, 404, 404]);
		const his = (await get('helped')).json;
		assert.deepEqual([his.key, his.form, his.for, his.by, his.revision], [draft.key, draft.form, undefined, undefined, 2]);
		assert.equal(await looks('helped', id), 200);
		assert.equal((await get('third', 'birth', draft.key)).status, 404);
		const filed = await w.file('helped', { event: 'birth', form: his.form, materials: his.materials }, { key: his.key });
		assert.equal(filed.status, 201, filed.text);
		assert.equal((await get('helped')).status, 404);
	});

	await test('thirty days after the last change it is swept, and not before', async () => {
		await saved('berta', { form: { old: true } }, 'school_entry');
		await saved('berta', { form: { young: true } }, 'birth');
		w.sql(`UPDATE draft SET changed_at = now() - interval '30 days 1 hour' WHERE event = 'school_entry';
			UPDATE draft SET changed_at = now() - interval '29 days 23 hours' WHERE event = 'birth'`);
		await restart();
		await until('the old one is gone', async () => (await get('berta', 'school_entry')).status === 404);
		assert.equal((await get('berta')).status, 200);
	});

	await test('in a browser only the page that it was given to changes a draft', async () => {
		const words = 'plum rain on the river', b = new Browser(w);
		await w.password('anna', words);
		assert.equal((await b.login('anna', words)).status, 200);
		for (const [method, json] of [['PUT', { form: { by: 'another site' }, revision: 4 }], ['DELETE', undefined]]) {
			assert.equal((await b.send(method, place('birth'), { json, csrf: null })).status, 403, method);
			assert.equal((await b.send(method, place('birth'), { json, headers: { Origin: 'https://evil.example' } })).status, 403, method);
		}
		const { form, revision } = (await b.send('GET', place('birth'))).json;
		assert.equal(form.by, undefined);
		assert.equal((await b.send('PUT', place('birth'), { json: { form: { by: 'this page' }, revision } })).status, 200);
	});

	await test('a revoked token saves and deletes nothing, even within the time that it is believed', async () => {
		assert.equal((await get('berta')).status, 200);
		w.sql(`UPDATE token SET revoked_at = now() WHERE account = (SELECT id FROM account WHERE name = 'berta')`);
		assert.equal((await put('berta', { form: { n: 9 }, revision: 1 })).status, 401);
		assert.equal((await drop('berta')).status, 401);
	});

	await test('verify finds nothing', () => w.verify());
	await w.stop();
});
