/* birth.cjs: an ordinary birth from the form to the end, as everybody outside sees it. */
'use strict';
const crypto = require('node:crypto');
const { assert, birth, birthForm, canonical, departmentIds, eventIds, sign, suite, walkChain, World } = require('./harness.cjs');

const application = ['event', 'expected_saved', 'filed_by', 'history', 'items', 'materials', 'next', 'number', 'promised_by', 'reminders',
	'saved', 'signs', 'status', 'submitted_at', 'title', 'version', 'withdrawal'];
const item = ['acknowledged_at', 'attempts', 'decided_at', 'department', 'id', 'needs', 'outputs', 'problem', 'promised_by',
	'receipt', 'round', 'sent_at', 'status', 'title', 'undo'];
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/;

/* Every value of the form that could name or find a person. */
const telling = (form) => Object.entries(form).filter(([name]) => /_name$|_id_no$|_phone$|_address$|_cert_no$|_datetime$/.test(name))
	.map(([, value]) => value.text || value);

function checkShape(a, at) {
	assert.deepEqual(Object.keys(a).filter((k) => k !== 'promise').sort(), application, `members of the application ${at}`);
	assert.match(a.number, /^330111\d{4}-[0-9ABCDEFGHJKMNPQRSTVWXYZ]{26}$/, 'division, month, 130 random bits');
	const month = new Date(Date.now() + 8 * 3600e3).toISOString();
	assert.equal(a.number.slice(6, 10), month.slice(2, 4) + month.slice(5, 7));
	assert.match(a.version, /^sha256:[0-9a-f]{64}$/);
	assert.match(a.submitted_at, instant);
	assert.match(a.promised_by, /^\d{4}-\d\d-\d\d$/);
	assert.equal(a.event, 'birth');
	assert.equal(a.filed_by, 'self');
	assert.equal(a.withdrawal, null);
	assert.match(a.history.last, /^[0-9a-f]{64}$/);
	for (const i of a.items) {
		/* promise: what has a promised time; delivery: what puts something into one's hands */
		assert.deepEqual(Object.keys(i).filter((k) => !['promise', 'delivery', 'not_chosen'].includes(k)).sort(), item, `members of ${i.id}`);
		assert.ok(departmentIds.includes(i.department), i.department);
		assert.equal(i.undo, null);
		assert.equal(i.round, 1);
	}
	for (const m of a.materials)
		assert.deepEqual(Object.keys(m).filter((k) => k !== 'upload_needed').sort(), ['how', 'id', 'title']);
	assert.deepEqual(Object.keys(a.next).sort(), ['text', 'who']);
}

suite(async (test) => {
	const w = await World.start();
	const form = birthForm();
	let guide, filed, done, entries, plan;

	await w.account('mother', 'citizen', { id: form.mother_id_no, full: form.mother_name });
	await w.account('operator', 'operator');

	await test('the guide: what is asked, and for every item what it takes, gives and waits for', async () => {
		guide = (await w.http('GET', '/api/v1/events/birth')).json;
		assert.equal(guide.form.$schema, 'https://json-schema.org/draft/2020-12/schema');
		assert.ok(guide.form.examples.length > 0 && Array.isArray(guide.form['x-rules']));
		for (const i of guide.items)
			for (const name of ['department', 'call', 'takes', 'outputs', 'needs', 'before', 'promised', 'fee'])
				assert.ok(name in i, `${i.id}: ${name}`);
		const list = (await w.http('GET', '/api/v1/events')).json.events;
		assert.equal(list.find((e) => e.id === 'birth').version, guide.version);
		assert.deepEqual(list.map((e) => e.id), eventIds);
	});

	await test('the guide\'s example is accepted as it is', async () => {
		const made = guide.form.examples[0];
		const answer = await w.accepted('mother', { event: 'birth', form: made });
		await w.finished('mother', answer.number);
	});

	await test('the plan stores nothing and tells what each department would get', async () => {
		const before = w.sql('SELECT count(*) FROM application')[0];
		const answer = await w.http('POST', '/api/v1/events/birth/plan', { who: 'mother', json: { form } });
		assert.equal(answer.status, 200, answer.text);
		plan = answer.json;
		assert.equal(w.sql('SELECT count(*) FROM application')[0], before);
		assert.equal(plan.items.find((i) => i.id === 'vaccination_record').takes.child_name, form.child_name);
		assert.deepEqual(plan.items.find((i) => i.id === 'child_health_record').takes.birth_cert_no,
			{ later: 'result.birth_certificate.birth_cert_no' });
	});

	await test('201 comes with the application in the contract\'s shape and a Location', async () => {
		const answer = await w.file('mother', { event: 'birth', form });
		assert.equal(answer.status, 201, answer.text);
		filed = answer.json;
		checkShape(filed, 'at 201');
		assert.equal(filed.status, 'in_progress');
		assert.equal(filed.saved, null);
		assert.equal(filed.next.who, 'department');
		assert.equal(answer.headers.location, `/api/v1/applications/${filed.number}`);
		assert.equal(answer.headers['idempotent-replayed'], undefined);
		assert.equal(filed.version, guide.version);
		assert.equal(filed.promised_by, plan.promised_by);
		assert.deepEqual(filed.expected_saved, plan.expected_saved);
	});

	await test('every item that the plan runs is approved, the rest skipped; it is finished', async () => {
		done = await w.finished('mother', filed.number);
		checkShape(done, 'when finished');
		for (const i of done.items) {
			const runs = plan.items.find((p) => p.id === i.id).verdict === 'runs';
			assert.equal(i.status, runs ? 'approved' : 'skipped', i.id);
			assert.equal(i.not_chosen === true, plan.items.find((p) => p.id === i.id).verdict === 'not_chosen', i.id);
			assert.equal(i.problem, null);
			if (!runs)
				continue;
			assert.match(i.sent_at, instant);
			assert.match(i.decided_at, instant);
			assert.ok(i.receipt.length > 3 && i.attempts === 1);
			const gives = guide.items.find((g) => g.id === i.id).outputs;
			for (const name of Object.keys(i.outputs))
				assert.ok(gives.some((g) => g.name === name), `${i.id}: ${name} is not declared`);
			for (const g of gives)
				assert.ok(g.optional || g.name in i.outputs, `${i.id}: ${g.name} is missing`);
		}
		assert.equal(done.next.who, 'nobody');
		assert.deepEqual(done.saved, { ...done.expected_saved, working_days: done.saved.working_days,
			fields: done.saved.fields });
		assert.ok(done.materials.every((m) => ['fetched', 'produced', 'committed'].includes(m.how)), JSON.stringify(done.materials));
	});

	await test('no item was sent before all that it needs was decided', () => {
		for (const i of done.items)
			for (const need of i.status === 'approved' ? i.needs : [])
				assert.ok(done.items.find((n) => n.id === need).decided_at <= i.sent_at, `${i.id} after ${need}`);
	});

	await test('the history\'s chain is as the contract writes it', async () => {
		entries = await w.history('mother', filed.number);
		assert.deepEqual([entries.length, walkChain(entries)], [done.history.count, done.history.last]);
		assert.deepEqual([entries[0].what, entries[entries.length - 1].what], ['accepted', 'finished']);
		for (const i of done.items.filter((one) => one.status === 'approved')) {
			const own = entries.filter((e) => e.item === i.id).map((e) => e.what);
			assert.deepEqual(own, ['sent', 'approved'], i.id);
		}
		assert.equal(walkChain(entries.slice(0, filed.history.count)), filed.history.last, 'it only ever grows');
	});

	await test('the history names no person', () => {
		const text = JSON.stringify(entries);
		for (const value of telling(form))
			assert.ok(!text.includes(value), value);
		for (const i of done.items)
			for (const value of Object.values(i.outputs || {}))
				assert.ok(typeof value !== 'string' || value.length < 5 || !text.includes(value), `${i.id}: ${value}`);
	});

	await test('the ledger saw the very bodies that the gate saw, each key once, one effect an item', async () => {
		const calls = w.gate.of(filed.number);
		const lines = (await w.ledger()).filter((l) => l.application === filed.number);
		assert.equal(lines.length, calls.length);
		assert.equal(new Set(calls.map((c) => c.key)).size, calls.length);
		for (const c of calls) {
			const line = lines.find((l) => l.key === c.key);
			assert.equal(line.body_sha256, crypto.createHash('sha256').update(c.body).digest('hex'));
			assert.equal(line.effects, /^(material|record):/.test(c.json.item) ? 0 : 1, c.json.item);
			assert.equal(line.department, c.department);
		}
	});

	await test('a call\'s body, headers and both signatures are as the protocol says', () => {
		for (const c of w.gate.of(filed.number)) {
			assert.deepEqual(Object.keys(c.json).sort(), ['application', 'data', 'item', 'materials', 'round']);
			assert.equal(c.body.toString(), canonical(c.json));
			assert.equal(c.target, `/${c.department}/${c.call}`);
			assert.ok(c.key.startsWith(`330111-${filed.number.slice(6, 10)}-`), c.key);
			assert.equal(c.headers['x-application-id'], filed.number);
			assert.equal(c.headers['x-round'], '1');
			assert.equal(c.headers['x-callback-url'], `http://127.0.0.1:${w.port}/api/v1/departments/${c.department}/results`);
			assert.match(c.headers.traceparent, /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/);
			const timestamp = Number(c.headers['x-timestamp']);
			const own = sign(w.secret(c.department), { direction: 'out', method: 'POST', target: c.target, timestamp, body: c.body });
			assert.equal(c.headers['x-signature'], own['X-Signature']);
			assert.equal(c.headers['x-signature-v2'], own['X-Signature-V2']);
			assert.ok(Math.abs(timestamp - c.at / 1000) < 5);
		}
	});

	await test('47: minimisation: a body has the call\'s declared parameters only, with the form\'s values', () => {
		for (const c of w.gate.of(filed.number)) {
			const declared = guide.items.find((g) => g.id === c.json.item);
			for (const [name, value] of Object.entries(c.json.data)) {
				if (declared)
					assert.ok(declared.takes.some((t) => t.name === name), `${c.json.item}: ${name} is not declared`);
				if (name in form && !name.endsWith('_surname'))
					assert.deepEqual(value, form[name], `${c.json.item}: ${name}`);
			}
			for (const m of c.json.materials)
				assert.deepEqual(Object.keys(m).sort(), ['how', 'id', 'title']);
		}
		const tax = w.gate.find(filed.number, 'medical_insurance_premium');
		assert.deepEqual(Object.keys(tax.json.data), ['medins_person_no'], 'the tax office learns no name');
	});

	await test('47: disclosures: told exactly what the departments got, field by field; the rest is not told', async () => {
		const d = (await w.http('GET', `/api/v1/applications/${filed.number}/disclosures`, { who: 'mother' })).json;
		const got = (list) => list.map((t) => [t.item, t.department, t.fields.slice().sort()].join(' ')).sort();
		const sent = w.gate.of(filed.number).map((c) => ({ item: c.json.item, department: c.department,
			fields: Object.keys(c.json.data) }));
		assert.deepEqual(got(d.told), got(sent));
		for (const t of d.told)
			assert.match(t.at, instant, t.item);
		const skipped = done.items.filter((i) => i.status === 'skipped').map((i) => i.id);
		assert.deepEqual(d.not_told.map((t) => t.item).sort(), skipped.sort());
	});

	await test('statistics equal a recount of the histories, over HTTP and on the command line', async () => {
		const expected = {};
		for (const { number } of (await w.http('GET', '/api/v1/applications', { who: 'mother' })).json.applications)
			for (const e of await w.history('mother', number))
				expected[e.what] = (expected[e.what] || 0) + 1;
		const answer = await w.http('GET', '/api/v1/statistics?by=event', { who: 'operator' });
		const told = JSON.parse((await w.run('stats', '--by', 'event', '--json')).stdout);
		for (const table of [answer.json, told]) {
			assert.equal(table.by, 'event');
			const { group, ...row } = table.rows[0];
			assert.equal(group, 'birth');
			for (const [name, n] of Object.entries(row).filter(([, n]) => typeof n === 'number'))
				assert.equal(n, expected[name], name);
			for (const name of ['accepted', 'sent', 'approved', 'fetched', 'finished'])
				assert.equal(row[name], expected[name], name);
		}
	});

	await test('statistics by department, division, day and month add up to the same', async () => {
		const all = (await w.http('GET', '/api/v1/statistics', { who: 'operator' })).json.rows[0];
		for (const by of ['department', 'division', 'day', 'month', 'event']) {
			const rows = (await w.http('GET', `/api/v1/statistics?by=${by}`, { who: 'operator' })).json.rows;
			for (const name of ['accepted', 'approved', 'sent'])
				assert.equal(rows.reduce((n, r) => n + (r[name] || 0), 0), all[name], `${by}: ${name}`);
		}
		const none = (await w.http('GET', '/api/v1/statistics?division=110101', { who: 'operator' })).json.rows;
		assert.deepEqual(none, []);
	});

	await test('verify says 0 differences', () => w.verify());

	await test('verify names an application whose history was cut, and a counter that was raised', async () => {
		w.sql(`UPDATE counter SET value = value + 1 WHERE measure = 'approved' AND department = 'cdc'`);
		w.sql(`UPDATE history h SET entries = replace(entries, '"what":"accepted"', '"what":"Accepted"') FROM application a
			WHERE a.id = h.application AND a.number = '${filed.number}' AND h.seq = 1`);
		const told = await w.run('verify');
		assert.equal(told.status, 1);
		assert.ok(told.stdout.includes(filed.number), told.stdout);
		assert.match(told.stdout, /cdc approved: the counter says \d+, the histories \d+/);
	});

	await test('the list shows what is the caller\'s, newest first, page by page', async () => {
		for (let i = 0; i < 3; i++)
			await w.accepted('mother', birth());
		const whole = (await w.http('GET', '/api/v1/applications', { who: 'mother' })).json.applications;
		const pages = [];
		for (let cursor = ''; ;) {
			const page = (await w.http('GET', `/api/v1/applications?limit=2${cursor}`, { who: 'mother' })).json;
			pages.push(...page.applications);
			assert.ok(page.applications.length <= 2);
			if (!page.cursor)
				break;
			cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
		}
		assert.ok(whole.length >= 5);
		assert.deepEqual(pages.map((a) => a.number), whole.map((a) => a.number));
		const times = whole.map((a) => a.submitted_at);
		assert.deepEqual(times, times.slice().sort().reverse());
		const one = (await w.http('GET', `/api/v1/applications?q=${filed.number}`, { who: 'mother' })).json.applications;
		assert.deepEqual(one.map((a) => a.number), [filed.number]);
		const none = (await w.http('GET', '/api/v1/applications?event=marriage', { who: 'mother' })).json.applications;
		assert.deepEqual(none, []);
	});

	await test('looked at in the very moments when it moves, it is never half moved', async () => {
		let going = true, looks = 0;
		const numbers = (await Promise.all(Array.from({ length: 6 }, () => w.accepted('mother', birth())))).map((a) => a.number);
		const told = { approved: true, sent: false, waiting: false, skipped: false };
		const look = async (number) => {
			for (let last = 0; going; looks++) {
				const a = await w.show('mother', number);
				assert.ok(a.history.count >= last, 'the history only grows');
				last = a.history.count;
				for (const i of a.items) {
					const all = [i.decided_at, i.receipt, i.outputs].map(Boolean);
					assert.deepEqual(all, Array(3).fill(told[i.status]), `${i.id} is ${i.status}: ${JSON.stringify(i)}`);
					assert.equal(Boolean(i.sent_at), ['approved', 'sent'].includes(i.status), `${i.id} is ${i.status}`);
				}
				assert.equal(a.status === 'finished', a.items.every((i) => ['approved', 'skipped'].includes(i.status)));
				assert.equal(Boolean(a.saved), a.status === 'finished');
			}
		};
		const looking = Promise.all(numbers.flatMap((n) => [look(n), look(n)]));
		await Promise.race([looking, Promise.all(numbers.map((n) => w.finished('mother', n)))]);
		going = false;
		await looking;
		assert.ok(looks > 30, `${looks} looks`);
	});

	await test('a number is found in small letters too', async () => {
		const a = await w.show('mother', filed.number.toLowerCase());
		assert.equal(a.number, filed.number);
	});

	await w.stop();
});
