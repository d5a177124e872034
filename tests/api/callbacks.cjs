/* callbacks.cjs: the departments' later answers. Each is verified, stored, answered 202 and applied
 * once, whenever it comes: before our own call has returned, twice, fifty times at once, late,
 * contradicting, for another round or for nothing that we know.
 */
'use strict';
const { assert, birth, idNumber, now, sleep, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const told = async (w, number, id) => (await w.history('anna', number)).filter((e) => e.item === id).map((e) => e.what);

suite(async (test) => {
	const w = await World.start();
	let pending = new Set(['hukou_birth']), wait;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	/* The gate answers 202 itself for the items named in `pending`; `wait` holds that answer back. */
	w.gate.rule = async (call) => {
		if (!call.json || !pending.has(call.json.item))
			return undefined;
		await wait;
		return { status: 202, body: { state: 'pending', result_id: 'PS-1' } };
	};
	const approved = (key) => ({ key, state: 'approved', result_id: 'PS-77', outputs: { child_id_no: idNumber(5, true, '20261120'),
		hukou_no: 'H1', hukou_region_code: '330111' } });
	const rejected = (key) => ({ key, state: 'rejected', result_id: 'PS-77', reason: '经核查,不符合办理条件' });

	/* File; the application's number and the key of hukou_birth, acknowledged by the police. */
	async function acknowledged() {
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'hukou_birth is acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		return { number, key: w.gate.find(number, 'hukou_birth').key };
	}
	const inbox = (key) => w.sql(`SELECT applied FROM inbox WHERE key = '${key}'`);

	await test('202 first, the callback later: acknowledged, then approved, then the rest', async () => {
		const { number, key } = await acknowledged();
		const before = item(await w.show('anna', number), 'hukou_birth');
		assert.deepEqual([before.receipt, before.decided_at, before.problem], ['PS-1', null, null]);
		assert.ok(before.acknowledged_at >= before.sent_at);
		const answer = await w.callback('public_security', approved(key));
		assert.equal(answer.status, 202, answer.text);
		const done = await w.finished('anna', number);
		assert.equal(item(done, 'hukou_birth').receipt, 'PS-77');
		assert.equal(item(done, 'hukou_birth').outputs.hukou_no, 'H1');
		assert.deepEqual(await told(w, number, 'hukou_birth'), ['sent', 'acknowledged', 'approved']);
		assert.deepEqual(inbox(key), ['t']);
	});

	await test('"received" is no answer to a call (tests/api/work.cjs: it is one to what was sent on)', async () => {
		const { number, key } = await acknowledged();
		assert.equal((await w.callback('public_security', { key, state: 'received', result_id: 'L-1' })).status, 400);
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	});

	await test('a refusal by callback blocks what needs it; the rest goes on to the end', async () => {
		const { number, key } = await acknowledged();
		assert.equal((await w.callback('public_security', rejected(key))).status, 202);
		const done = await w.finished('anna', number);
		assert.deepEqual([item(done, 'hukou_birth').status, item(done, 'hukou_birth').problem.code], ['refused', 'refused']);
		assert.equal(item(done, 'hukou_birth').problem.text, '经核查,不符合办理条件');
		for (const id of ['medical_insurance_enrol', 'medical_insurance_premium', 'social_security_card'])
			assert.equal(item(done, id).status, 'blocked', id);
		assert.equal(item(done, 'child_health_record').status, 'approved');
	});

	const both = (m, change) => {
		for (const name of ['X-Signature', 'X-Signature-V2'])
			m.headers[name] = change(m.headers[name]);
	};
	const spoil = {
		'no signature': (m) => { delete m.headers['X-Signature']; delete m.headers['X-Signature-V2']; },
		'empty signatures': (m) => { m.headers['X-Signature'] = ''; m.headers['X-Signature-V2'] = ''; },
		'no timestamp': (m) => { delete m.headers['X-Timestamp']; },
		'two timestamps': (m) => { m.headers['X-Timestamp'] = [m.headers['X-Timestamp'], m.headers['X-Timestamp']]; },
		'another timestamp than signed': (m) => { m.headers['X-Timestamp'] = String(now() + 1); },
		'a timestamp with a sign': (m) => { m.headers['X-Timestamp'] = `+${m.headers['X-Timestamp']}`; },
		'a body changed after signing': (m) => { m.body = m.body.replace('PS-77', 'PS-78'); },
		'a blank behind the body': (m) => { m.body += ' '; },
		'upper-case signatures': (m) => both(m, (s) => s.toUpperCase()),
		'cut signatures': (m) => both(m, (s) => s.slice(0, 63)),
		'signatures with blanks inside': (m) => both(m, (s) => `${s.slice(0, 32)} ${s.slice(32)}`),
		'both signatures twice': (m) => both(m, (s) => [s, s]),
		'the algorithm\'s name in front': (m) => both(m, (s) => `sha256=${s}`),
	};
	await test('6: forged and stale: 401, nothing stored, nothing changed', async () => {
		const { number, key } = await acknowledged();
		const before = await told(w, number, 'hukou_birth');
		for (const [what, change] of Object.entries(spoil)) {
			const answer = await w.callback('public_security', approved(key), { change });
			assert.equal(answer.status, 401, `${what}: ${answer.status}`);
		}
		for (const timestamp of [now() - 301, now() + 302, 0, now() * 1000])
			assert.equal((await w.callback('public_security', approved(key), { timestamp })).status, 401, `${timestamp}`);
		for (const secret of ['wrong', ' ', w.secret('tax'), `${w.secret('public_security')}\n`])
			assert.equal((await w.callback('public_security', approved(key), { secret })).status, 401);
		assert.deepEqual(inbox(key), []);
		assert.deepEqual(await told(w, number, 'hukou_birth'), before);
		assert.equal((await w.callback('public_security', approved(key), { timestamp: now() - 290 })).status, 202, 'within 300 s');
		await w.finished('anna', number);
	});

	await test('6: another department\'s key, rightly signed by itself: 401, nothing changed', async () => {
		const { number, key } = await acknowledged();
		for (const department of ['tax', 'health', 'civil_affairs'])
			assert.equal((await w.callback(department, approved(key))).status, 401, department);
		assert.deepEqual(inbox(key), []);
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'acknowledged');
		for (const department of ['nobody', 'public_security2', '%20'])
			assert.equal((await w.callback(department, approved(key), { secret: w.secret('public_security') })).status, 401, department);
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	});

	await test('a signature made for our own calls does not do for theirs', async () => {
		const { number, key } = await acknowledged();
		const call = w.gate.find(number, 'hukou_birth');
		const answer = await w.callback('public_security', null, { raw: call.body.toString(), change: (m) => {
			for (const h of ['x-timestamp', 'x-signature-v2'])
				m.headers[h] = call.headers[h];
			delete m.headers['X-Signature'];
			delete m.headers['X-Timestamp'];
			delete m.headers['X-Signature-V2'];
		} });
		assert.equal(answer.status, 401);
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	});

	await test('either signature alone will do where the connector does not ask for V2', async () => {
		for (const drop of ['X-Signature', 'X-Signature-V2']) {
			const { number, key } = await acknowledged();
			const answer = await w.callback('public_security', approved(key), { change: (m) => { delete m.headers[drop]; } });
			assert.equal(answer.status, 202, `without ${drop}`);
			await w.finished('anna', number);
		}
	});

	await test('unreadable but rightly signed: 400; too large: 413; nothing changed', async () => {
		const { number, key } = await acknowledged();
		for (const raw of ['', 'hello', '[]', '{}', '{"key":1,"state":"approved"}', `{"key":"${key}"}`,
			`{"key":"${key}","state":"maybe","result_id":"1"}`,
			`{"key":"${key}","state":"approved"}`, `{"key":"${key}","key":"${key}","state":"rejected","result_id":"1","reason":"x"}`,
			`{"key":"","state":"rejected","result_id":"1","reason":"x"}`,
				`{"key":"${'k'.repeat(200)}","state":"rejected","result_id":"1","reason":"x"}`,
			`{"key":"${key}","state":"rejected","result_id":"1","reason":"x"`,
				`{"key":"${key}","state":"correction","result_id":"1","fields":"x"}`,
			`{"key":"${key}","a":${'['.repeat(40)}${']'.repeat(40)}}`]) {
			const answer = await w.callback('public_security', null, { raw });
			assert.equal(answer.status, 400, `${raw.slice(0, 120)}: ${answer.status}`);
		}
		const large = await w.callback('public_security', { ...approved(key),
			reason: 'x'.repeat(1 << 20) }).catch((e) => ({ status: e.code }));
		assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(large.status), `${large.status}`);
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'acknowledged');
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	});

	await test('outputs that break the promise: attention, the receipt kept', async () => {
		const { number, key } = await acknowledged();
		const answer = await w.callback('public_security', { key, state: 'approved', result_id: 'PS-9', outputs: { child_id_no: '1' } });
		assert.equal(answer.status, 202);
		const a = await w.watch('anna', number, 'hukou_birth is at attention', (one) => item(one, 'hukou_birth').status === 'attention');
		assert.deepEqual([item(a, 'hukou_birth').receipt, item(a, 'hukou_birth').problem.code], ['PS-9', 'attention']);
		assert.ok(item(a, 'hukou_birth').problem.text);
	});

	await test('a correction by callback: what is to be corrected; one that names nothing we asked is attention', async () => {
		for (const [field, status] of [['householder_name', 'correction'], ['nothing_of_ours', 'attention']]) {
			const { number, key } = await acknowledged();
			const result = { key, state: 'correction', result_id: 'PS-3', fields: [{ field, reason: '与户口簿不一致' }], materials: [] };
			assert.equal((await w.callback('public_security', result)).status, 202);
			const a = await w.watch('anna', number, status, (one) => item(one, 'hukou_birth').status === status);
			assert.equal(a.status, status === 'correction' ? 'waiting_for_applicant' : 'in_progress');
			if (status === 'correction')
				assert.deepEqual(item(a, 'hukou_birth').correction, [{ pointer: `/form/${field}`, field,
					title: '户主姓名', reason: '与户口簿不一致' }]);
		}
	});

	await test('it comes before our own call has returned: applied once, whatever the call then says', async () => {
		for (const late of [{ status: 202, body: { state: 'pending', result_id: 'PS-1' } }, { status: 500, body: {} }, 'reset']) {
			let go;
			wait = new Promise((done) => { go = done; });
			const rule = w.gate.rule;
			w.gate.rule = async (call) => {
				const own = call.json && pending.has(call.json.item);
				await (own ? wait : undefined);
				return own ? late : undefined;
			};
			const { number } = await w.accepted('anna', birth());
			const call = await until('the call is there', () => w.gate.find(number, 'hukou_birth'));
			assert.equal((await w.callback('public_security', approved(call.key))).status, 202);
			await w.watch('anna', number, 'approved while the call is out', (a) => item(a, 'hukou_birth').status === 'approved');
			go();
			wait = undefined;
			await w.finished('anna', number);
			w.gate.rule = rule;
			const words = await told(w, number, 'hukou_birth');
			assert.deepEqual(words, ['sent', 'approved'], JSON.stringify(late));
			const sent = () => w.gate.of(number).filter((c) => c.json.item === 'hukou_birth');
			await sleep(1700);
			/* libcurl itself repeats what died on a kept connection, the same to the last header, five times at most */
			assert.ok(sent().length === 1 || (late === 'reset' && sent().length <= 6), `${sent().length} calls`);
			assert.equal(new Set(sent().map((c) => c.headers.traceparent)).size, 1, 'not tried again');
			assert.equal(new Set(sent().map((c) => c.key + c.body)).size, 1);
		}
	});

	await test('our own call returns last and contradicts, when all has ended already: recorded all the same', async () => {
		let go;
		const rule = w.gate.rule;
		w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? new Promise((done) => { go = done; }) : undefined;
		const { number } = await w.accepted('anna', birth());
		const call = await until('the call is out', () => go && w.gate.find(number, 'hukou_birth'));
		assert.equal((await w.callback('public_security', rejected(call.key))).status, 202);
		await w.finished('anna', number);
		w.gate.rule = rule;
		go({ status: 200, body: approved(call.key) });
		await until('the conflict is recorded', async () => (await told(w, number, 'hukou_birth')).includes('conflict'));
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'refused');
	});

	await test('7: twice, and fifty at once: 202 each, one step', async () => {
		const { number, key } = await acknowledged();
		const answers = await Promise.all(Array.from({ length: 50 }, () => w.callback('public_security', approved(key))));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [202]);
		await w.finished('anna', number);
		assert.equal((await w.callback('public_security', approved(key))).status, 202);
		await until('all are applied', () => inbox(key).every((r) => r === 't') && inbox(key).length === 51);
		assert.deepEqual(await told(w, number, 'hukou_birth'), ['sent', 'acknowledged', 'approved']);
		assert.equal(w.gate.of(number).filter((c) => c.json.item === 'social_security_card').length, 1, 'what follows was sent once');
	});

	await test('7: a contradiction is recorded and changes nothing, before the end and after it', async () => {
		pending = new Set(['hukou_birth', 'vaccination_record']);
		const { number, key } = await acknowledged();
		const other = w.gate.find(number, 'vaccination_record').key;
		await w.callback('public_security', approved(key));
		await w.watch('anna', number, 'approved', (a) => item(a, 'hukou_birth').status === 'approved');
		assert.equal((await w.callback('public_security', rejected(key))).status, 202);
		await until('recorded', async () => (await told(w, number, 'hukou_birth')).includes('conflict'));
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'approved');
		await w.callback('cdc', { key: other, state: 'approved', result_id: 'C1', outputs: { vaccination_no: 'V1' } });
		const done = await w.finished('anna', number);
		const before = (await w.history('anna', number)).length;
		assert.equal((await w.callback('cdc', { key: other, state: 'rejected', result_id: 'C1', reason: '不予办理' })).status, 202);
		await until('recorded after the end', async () => (await told(w, number, 'vaccination_record')).includes('conflict'));
		const after = await w.show('anna', number);
		assert.deepEqual([after.status, item(after, 'vaccination_record').status], ['finished', 'approved']);
		assert.equal(item(after, 'vaccination_record').outputs.vaccination_no, 'V1');
		assert.equal((await w.history('anna', number)).length, before + 1);
		assert.equal(after.saved.materials, done.saved.materials);
		pending = new Set(['hukou_birth']);
	});

	await test('a key that we do not know is stored and answered 202', async () => {
		const strange = ['unknown-key', '330111-2611-0000000000000-00-1-f', '000000-2611-ZZZZZZZZZZZZZ-00-1-f',
			'330111-2699-0000000000000-00-1-f', "'; DROP TABLE inbox;--"];
		for (const key of strange) {
			const answer = await w.callback('tax', { key, state: 'rejected', result_id: '1', reason: 'x' });
			assert.equal(answer.status, 202, `${key}: ${answer.text}`);
			assert.equal(inbox(key.replace(/'/g, "''")).length, 1, key);
		}
	});

	const other_key = (key, node, round) => `${key.slice(0, 26)}${String(node).padStart(2, '0')}-${round}-f`;
	const alive = async () => {
		const { number, key } = await acknowledged();
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	};

	await test('for a round that there was not: stored, nothing changed, and the application goes on', async () => {
		const { number, key } = await acknowledged();
		const node = Number(key.slice(26, 28));
		for (const round of [2, 0, 9])
			assert.equal((await w.callback('public_security', approved(other_key(key, node, round)))).status, 202, `round ${round}`);
		await alive();
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'acknowledged');
		assert.equal((await w.callback('public_security', approved(key))).status, 202);
		await w.finished('anna', number);
	});

	await test('for an item that was not sent yet, of its own or another department: nothing is decided by it', async () => {
		const { number, key } = await acknowledged();
		const waiting = item(await w.show('anna', number), 'social_security_card');
		assert.equal(waiting.status, 'waiting');
		const ids = (await w.http('GET', '/api/v1/events/birth')).json.items.map((i) => i.id);
		const card = other_key(key, ids.indexOf('social_security_card'), 1);
		for (const department of ['hrss', 'tax']) {
			const answer = await w.callback(department, { key: card, state: 'approved', result_id: '1', outputs: { ss_card_no: 'S1' } });
			assert.ok([202, 401].includes(answer.status), `${department}: ${answer.status}`);
		}
		await alive();
		assert.equal(item(await w.show('anna', number), 'social_security_card').status, 'waiting');
		await w.callback('public_security', approved(key));
		const done = await w.finished('anna', number);
		assert.deepEqual([item(done, 'social_security_card').status, item(done, 'social_security_card').outputs.ss_card_no === 'S1'],
			['approved', false]);
	});

	await test('for an item that does not run, for a node that there is not, for a fetched paper: the application goes on', async () => {
		const { number, key } = await acknowledged();
		const ids = (await w.http('GET', '/api/v1/events/birth')).json.items;
		const skipped = ids.findIndex((i) => i.id === 'fertility_registration');
		for (const [department, node] of [['health', skipped], ['public_security', 63], ['public_security', 99], ['public_security',
			64], ['civil_affairs', 70]])
			await w.callback(department, { key: other_key(key, node, 1), state: 'rejected', result_id: '1', reason: 'x' });
		await alive();
		await w.callback('public_security', approved(key));
		const done = await w.finished('anna', number);
		assert.equal(item(done, 'fertility_registration').status, 'skipped');
		assert.ok(done.materials.every((m) => m.how !== null));
	});

	await test('a key with another division, month or spelling is another key, whoever sends it', async () => {
		const { number, key } = await acknowledged();
		const month = key.slice(7, 11) === '2601' ? '2602' : '2601';
		for (const stranger of [key.replace(/^330111/, '330106'), key.slice(0, 7) + month + key.slice(11), key.toLowerCase(),
			` ${key}`, `${key}0`,
			key.replace(/-(\d)-f$/, '-0$1-f'), key.replace(/f$/, 'u')])
			for (const department of ['public_security', 'tax']) {
				const answer = await w.callback(department, stranger.endsWith('u')
					? { key: stranger, state: 'cancelled', result_id: 'PS-77' } : approved(stranger));
				assert.ok([202, 401].includes(answer.status), `${department} ${stranger}: ${answer.status}`);
			}
		await sleep(300);
		assert.equal(item(await w.show('anna', number), 'hukou_birth').status, 'acknowledged');
		await w.callback('public_security', approved(key));
		await w.finished('anna', number);
	});

	await test('the answer tells nothing but that it was stored', async () => {
		const { number, key } = await acknowledged();
		const known = await w.callback('public_security', approved(key));
		const unknown = await w.callback('public_security', approved('nothing'));
		assert.equal(known.text, unknown.text);
		await w.finished('anna', number);
	});

	await test('forged ones cost no row each: they are counted, a row a minute and address, and the doctor tells', async () => {
		const before = (await w.http('GET', '/metrics')).text.match(/^yijianshi_strangers_refused_total (\d+)$/m)[1];
		const answers = await Promise.all(Array.from({ length: 60 }, () => w.callback('tax', approved('flood'), { secret: 'wrong' })));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [401]);
		w.node.process.kill('SIGALRM'); /* as the clock does within a minute */
		const rows = () => w.sql('SELECT refused, minute FROM refusal').map((line) => Number(line.split('|')[0]));
		const all = Number(before) + answers.length;
		await until('all are written', () => rows().reduce((sum, n) => sum + n, 0) === all);
		const minutes = new Set(w.sql('SELECT minute FROM refusal')).size;
		assert.equal(rows().length, minutes, 'they all came from one address');
		const { stdout } = await w.run('doctor');
		assert.match(stdout, /^ok +strangers +\d+ refused callbacks of 1 addresses in the last day, most of 127\.0\.0\.1: \d+ in a minute$/m);
		assert.equal(Number(/(\d+) refused/.exec(stdout)[1]), all);
		assert.deepEqual(w.sql("SELECT 1 FROM refusal WHERE position('127.0'::bytea IN address) > 0"), []);
	});

	await test('verify says 0 differences after all of it', () => w.verify());
	await w.stop();
});
