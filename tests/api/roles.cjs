/* roles.cjs: who may do and see what. Every route of /openapi.json stands in one table with what each
 * caller gets; a route that is missing there fails. What a caller may not know of looks, byte for byte,
 * like what never existed; reading another person's data leaves a row before it is shown.
 */
'use strict';
const paper = require('../papers.cjs');
const { assert, birth, birthForm, idNumber, request, strangerForm, suite, until, World } = require('./harness.cjs');

const callers = ['stranger', 'mother', 'other', 'agent', 'far_agent', 'police', 'far_police', 'tax', 'civil', 'operator', 'policy',
	'supervisor'];

/* The same answer for everybody but those named. */
const everybody = (status, but = {}) => Object.fromEntries(callers.map((c) => [c, but[c] ?? status]));

/* {number} is the mother's own application. The clerks: police and tax have items of it, civil has
 * none, far_police is of another county. */
const owner_and_clerks = everybody(404, { stranger: 401, mother: 200, police: 200, tax: 200 });
/* Of a finished application nothing can be changed any more; a clerk may look, not act. */
const acts_on_own = (mother) => everybody(404, { stranger: 401, mother, police: 403, tax: 403 });
const for_applicants = (status) => everybody(403, { stranger: 401, mother: status, other: status, agent: status, far_agent: status });
const applicants_only = for_applicants(201);
const clerks_only = (status) => everybody(403, { stranger: 401, police: status, far_police: status, tax: status, civil: status });
const polices = (status) => everybody(404, { stranger: 401, police: status });
const matrix = {
	'GET /api/v1/events': everybody(200),
	'GET /api/v1/events/{event}': everybody(200),
	'GET /api/v1/events/{event}/flow.svg': everybody(200),
	'POST /api/v1/events/{event}/plan': everybody(200, { agent: 422, far_agent: 422 }), /* for whom? */
	'POST /api/v1/events/{event}/questions': everybody(200, { agent: 422, far_agent: 422 }),
	'POST /api/v1/applications': applicants_only,
	'GET /api/v1/applications': everybody(200, { stranger: 401, operator: 403, policy: 403, supervisor: 403 }),
	'GET /api/v1/applications/{number}': owner_and_clerks,
	'GET /api/v1/applications/{number}/history': owner_and_clerks,
	'GET /api/v1/applications/{number}/disclosures': owner_and_clerks,
	'GET /api/v1/applications/{number}/events': owner_and_clerks,
	'GET /api/v1/applications/{number}/saving': acts_on_own(200),
	'GET /api/v1/applications/{number}/accesses': acts_on_own(200),
	'GET /api/v1/accesses/bulk': everybody(403, { stranger: 401, supervisor: 200 }),
	'GET /api/v1/accesses': everybody(403, { stranger: 401, mother: 200, other: 200 }),
	'GET /api/v1/applications/{number}/correction': acts_on_own(200),
	'POST /api/v1/applications/{number}/correction': acts_on_own(409),
	'GET /api/v1/applications/{number}/withdrawal': acts_on_own(200),
	'POST /api/v1/applications/{number}/withdrawal': acts_on_own(409),
	/* birth asks no second person */
	'POST /api/v1/applications/{number}/signatures': everybody(404, { stranger: 401, mother: 422, police: 422, tax: 422 }),
	'POST /api/v1/events/{event}/prefill': everybody(403, { stranger: 401, mother: 200, other: 200, agent: 422, far_agent: 422 }),
	/* each his own, one after the other: there is none, he makes it, he throws it away */
	'GET /api/v1/drafts': for_applicants(200),
	'GET /api/v1/drafts/{event}': for_applicants(404),
	'PUT /api/v1/drafts/{event}': for_applicants(200),
	'DELETE /api/v1/drafts/{event}': for_applicants(204),
	'POST /api/v1/drafts/{event}/takeover': everybody(403, { stranger: 401, mother: 400, other: 400 }),
	'POST /api/v1/files': applicants_only,
	'GET /api/v1/files/{id}': everybody(404, { stranger: 401 }),
	'POST /api/v1/uploads': for_applicants(200),
	'GET /api/v1/uploads/{id}': for_applicants(404),
	'PATCH /api/v1/uploads/{id}': for_applicants(404),
	'GET /api/v1/applications/{number}/feedback': owner_and_clerks,
	'POST /api/v1/applications/{number}/items/{item}/rating': acts_on_own(201),
	'POST /api/v1/applications/{number}/complaints': acts_on_own(422),
	'POST /api/v1/applications/{number}/complaints/{id}/answer': everybody(403, { stranger: 401, police: 404, far_police: 404, tax: 404,
		civil: 404, supervisor: 404 }),
	'GET /api/v1/complaints': everybody(403, { stranger: 401, police: 200, far_police: 200, tax: 200, civil: 200, supervisor: 200 }),
	'GET /api/v1/consents': everybody(403, { stranger: 401, mother: 200, other: 200 }),
	'GET /api/v1/desk': clerks_only(200),
	'GET /api/v1/desk.csv': clerks_only(200),
	'GET /api/v1/desk/attention': clerks_only(200),
	'POST /api/v1/desk/decisions': clerks_only(400),
	/* the item of the police */
	'GET /api/v1/desk/{number}/{item}': polices(200),
	'POST /api/v1/desk/{number}/{item}/decision': polices(400),
	'POST /api/v1/desk/{number}/{item}/closing': polices(400),
	'POST /api/v1/desk/{number}/{item}/reading': polices(409),
	'POST /api/v1/desk/{number}/{item}/inquiries': polices(422),
	'POST /api/v1/desk/{number}/{item}/conferences': polices(422),
	'GET /api/v1/inquiries': clerks_only(200),
	'POST /api/v1/inquiries/{id}/answer': clerks_only(404),
	'GET /api/v1/overdue': everybody(403, { stranger: 401, supervisor: 200 }),
	'GET /api/v1/conferences': { ...clerks_only(200), supervisor: 200 },
	'GET /api/v1/conferences/{id}': clerks_only(404),
	'POST /api/v1/conferences/{id}/minutes': clerks_only(404),
	'GET /api/v1/departments': everybody(200),
	'GET /api/v1/departments/{department}/files/{id}': everybody(401),
	'POST /api/v1/departments/{department}/results': everybody(401),
	/* none of these callers comes by a session: session.cjs does */
	'POST /api/v1/session': everybody(400),
	'GET /api/v1/session': everybody(200, { stranger: 401 }),
	'DELETE /api/v1/session': everybody(403, { stranger: 401 }),
	'POST /api/v1/session/proof': everybody(403, { stranger: 401 }),
	'POST /api/v1/session/password': everybody(403, { stranger: 401 }),
	'GET /api/v1/mandates': for_applicants(200),
	'POST /api/v1/mandates': for_applicants(400),
	'DELETE /api/v1/mandates/{id}': for_applicants(404),
	'POST /api/v1/mandates/code': everybody(403, { stranger: 401, mother: 200, other: 200 }),
	'POST /api/v1/mandates/handover': everybody(403, { stranger: 401, agent: 400, far_agent: 400 }),
	/* no provider in these settings: tests/oidc */
	'GET /api/v1/session/providers': everybody(200),
	'GET /api/v1/session/providers/{provider}': everybody(404),
	'POST /api/v1/session/oidc': everybody(400),
	'POST /api/v1/session/oidc/back': everybody(400),
	'GET /api/v1/sessions': everybody(200, { stranger: 401 }),
	'DELETE /api/v1/sessions/{id}': everybody(404, { stranger: 401 }),
	'GET /api/v1/departments': everybody(200),
	'GET /api/v1/statistics/open': everybody(200),
	'GET /api/v1/statistics': everybody(200, { stranger: 401, mother: 403, other: 403 }),
	'GET /api/v1/statistics.csv': everybody(200, { stranger: 401, mother: 403, other: 403 }),
	'GET /api/v1/statistics/open': everybody(200),
	'GET /api/v1/versions': everybody(403, { stranger: 401, policy: 200, supervisor: 200, operator: 200 }),
	'POST /api/v1/versions/{version}/approval': everybody(403, { stranger: 401, policy: 404 }),
	'GET /healthz': everybody(200),
	'GET /readyz': everybody(200),
	'GET /metrics': everybody(403, { stranger: 200, operator: 200 }), /* the stranger stands on loopback */
	'GET /openapi.json': everybody(200),
};

suite(async (test) => {
	const w = await World.start();
	const county = ['330111'], far = ['330106'];
	const someone = { id_number: idNumber(77), full_name: '赵小兰' };

	await w.account('mother', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('other', 'citizen', { id: idNumber(2) });
	await w.account('someone', 'citizen', { id: someone.id_number, full: someone.full_name });
	await w.account('agent', 'agent', { divisions: county });
	await w.account('far_agent', 'agent', { divisions: far });
	await w.account('police', 'clerk', { department: 'public_security', divisions: county });
	await w.account('far_police', 'clerk', { department: 'public_security', divisions: far });
	await w.account('tax', 'clerk', { department: 'tax' });
	await w.account('civil', 'clerk', { department: 'civil_affairs' });
	await w.account('health', 'clerk', { department: 'health', divisions: county });
	for (const role of ['operator', 'policy', 'supervisor'])
		await w.account(role, role);

	const form = birthForm();
	const own = (await w.accepted('mother', { event: 'birth', form })).number;
	await w.mandated('agent', someone);
	await w.mandated('far_agent', someone);
	const helped = (await w.accepted('agent', { ...birth(), for: someone })).number;
	const far_address = { hukou_address: { division: '330106001001', text: '西溪街道1号' } };
	const distant = (await w.accepted('someone', birth(far_address))).number;
	await w.finished('mother', own);
	await w.watch('agent', helped, 'to wait for the authority', (a) => a.status === 'waiting_for_applicant');

	const never = () => own.slice(0, 11) + [...own.slice(11)].reverse().join('');
	const show = (who, number, rest = '') => w.http('GET', `/api/v1/applications/${number}${rest}`, { who });
	const access = (number, name) => w.sql(`SELECT a.fields, a.why FROM access a JOIN application p ON p.id = a.application
		JOIN account c ON c.id = a.account WHERE p.number = '${number}' AND c.name = '${name}'`);

	function send(method, route, who) {
		const target = route.replace('{event}', 'birth').replace('{number}', own).replace('{department}', 'tax').replace('{id}', '1')
			.replace('{provider}', 'none').replace('{item}', route.includes('/desk/') ? 'hukou_birth' : 'birth_certificate');
		const options = { who: who === 'stranger' ? undefined : who };
		if (route.endsWith('/prefill'))
			options.json = { form: {} };
		else if (/\/(plan|questions)$/.test(route))
			options.json = { form: ['mother', 'other', 'someone'].includes(who) ? birthForm() : strangerForm() };
		else if (method === 'POST' && route === '/api/v1/applications')
			Object.assign(options, { json: birth(who === 'far_agent' ? far_address : {}, who.includes('agent') ? { for: someone } : {}),
				key: `${who}-${Math.random()}` });
		else if (/(rating|complaints|answer|inquiries|conferences|minutes)$/.test(route) && method === 'POST')
			Object.assign(options, { json: { grade: 5 }, key: `${who}-${Math.random()}` });
		else if (/(correction|withdrawal|signatures)$/.test(route) && method === 'POST')
			Object.assign(options, { json: route.endsWith('signatures') ? { sign: 'none', agrees: true } : {}, key: `${who}-${Math.random()}` });
		else if (method === 'PUT')
			options.json = { form: { child_name: '王安然' } };
		else if (route === '/api/v1/uploads')
			options.json = { size: 5, mark: 'a photograph' };
		else if (route === '/api/v1/files')
			Object.assign(options, { body: paper.pdf(), headers: { 'Content-Type': 'application/pdf' } });
		else if (method === 'POST')
			options.json = { key: 'none', state: 'approved', result_id: '1' };
		return w.http(method, target, options);
	}

	await test('5: every route is in the matrix, and the matrix has no other', () => {
		const routes = Object.entries(w.openapi.paths).flatMap(([p, all]) => Object.keys(all).map((m) => `${m.toUpperCase()} ${p}`));
		assert.deepEqual(routes.sort(), Object.keys(matrix).sort());
	});

	for (const [route, expected] of Object.entries(matrix))
		await test(`5: ${route}: each caller gets what is his`, async () => {
			const [method, target] = route.split(' ');
			const got = {};
			for (const who of callers)
				got[who] = (await send(method, target, who)).status;
			assert.deepEqual(got, expected);
		});

	await test('a wrong, a cut and a doubled token, another scheme, a token in the query: 401 on every closed route', async () => {
		const token = w.tokens.mother;
		const bad = [`Bearer ${token.slice(0, -1)}`, `Bearer ${token}x`, 'Bearer ', 'Bearer', `Basic ${token}`, token,
			`Bearer yjs_${'A'.repeat(43)}`,
			[`Bearer ${token}`, `Bearer ${token}`], `Bearer ${token}, Bearer ${token}`];
		for (const [route, expected] of Object.entries(matrix)) {
			if (expected.stranger !== 401 || route.includes('/departments/'))
				continue;
			const [method, target] = route.split(' ');
			for (const Authorization of bad) {
				const answer = await w.http(method, target.replace('{number}', own).replace('{item}', 'hukou_birth'), { headers: { Authorization },
					...(method === 'POST' || method === 'PUT' ? { json: birth(), key: 'bad' } : {}) });
				assert.equal(answer.status, 401, `${route} ${Authorization}`);
				assert.equal(answer.headers['www-authenticate'], 'Bearer');
			}
		}
		const answer = await w.http('GET', `/api/v1/applications/${own}?access_token=${token}`);
		assert.equal(answer.status, 401);
	});

	await test('what is hidden is byte for byte what never existed', async () => {
		for (const who of ['other', 'agent', 'far_agent', 'far_police', 'civil', 'operator', 'policy', 'supervisor'])
			for (const rest of ['', '/history', '/disclosures']) {
				const hidden = await show(who, own, rest), missing = await show(who, never(), rest);
				assert.equal(hidden.status, 404, `${who} ${rest}`);
				assert.equal(hidden.text, missing.text, `${who} ${rest}`);
				const plain = (h) => Object.entries(h).filter(([k]) => !['date', 'x-request-id'].includes(k)).sort();
				assert.deepEqual(plain(hidden.headers), plain(missing.headers));
			}
	});

	await test('numbers that are none are not found either: no 4xx tells them apart', async () => {
		const missing = (await show('other', never())).text;
		for (const number of ['1', own.slice(0, -1), `${own}0`, own.replace('-', ''), `${own.slice(0, -1)}U`, '%27', '%E5%BC%A0',
			'a'.repeat(1000),
			'3301112611-00000000000000000000000000', '9999999999-00000000000000000000000000'])
			assert.equal((await show('other', number)).text, missing, number);
	});

	await test('lists show no more than what may be opened', async () => {
		const numbers = async (who, query = '') => (await w.http('GET', `/api/v1/applications${query}`,
			{ who })).json.applications.map((a) => a.number);
		assert.ok((await numbers('mother')).includes(own));
		assert.ok(!(await numbers('mother')).includes(helped));
		for (const query of ['', `?q=${own}`, `?q=${form.mother_id_no}`, '?event=birth', '?status=finished', '?limit=200']) {
			assert.ok(!(await numbers('other', query)).includes(own), query);
			assert.ok(!(await numbers('agent', query)).includes(own), `agent ${query}`);
			assert.ok(!(await numbers('far_agent', query)).includes(helped), `far_agent ${query}`);
			assert.ok(!(await numbers('civil', query)).includes(own), `civil ${query}`);
			assert.ok(!(await numbers('far_police', query)).includes(own), `far_police ${query}`);
		}
		assert.ok((await numbers('police')).includes(own));
		assert.ok((await numbers('agent')).includes(helped));
		assert.ok((await numbers('far_police')).includes(distant));
		assert.ok((await numbers('far_police')).every((n) => n.startsWith('330106')));
		for (const query of ['?division=330111', '?division[]=330111', '?division=330106&division=330111', '?village=330111', '?account=1'])
			assert.ok(!(await numbers('far_agent', query)).includes(helped), query);
	});

	await test('who was helped by an agent finds it among his own', async () => {
		const list = (await w.http('GET', '/api/v1/applications', { who: 'someone' })).json.applications;
		assert.ok(list.some((a) => a.number === helped && a.filed_by === 'agent'));
		assert.equal((await show('someone', helped)).json.filed_by, 'agent');
	});

	await test('only an agent files for another, and he must', async () => {
		const wrong = await w.file('mother', { ...birth(), for: someone });
		assert.deepEqual([wrong.status, wrong.json.errors[0].pointer, wrong.json.errors[0].code], [422, '/for', 'not_yours']);
		const none = await w.file('agent', birth());
		assert.deepEqual([none.status, none.json.errors[0].pointer, none.json.errors[0].code], [422, '/for', 'required']);
		const digit = await w.file('agent', { ...birth(), for: { ...someone, id_number: '330111199503120024' } });
		assert.deepEqual([digit.status, digit.json.errors[0].pointer], [422, '/for/id_number']);
	});

	await test('nobody files in another\'s name: the login\'s is filled in, another\'s is refused', async () => {
		const errors = async (who, changes, more) => (await w.file(who, { ...birth(changes), ...more })).json.errors
			.map((e) => `${e.pointer} ${e.code}`);
		const told = w.gate.find(own, 'birth_certificate').json.data;
		assert.deepEqual([told.applicant_name, told.applicant_id_no, told.applied_by_agent], ['李秀兰', idNumber(1), false]);
		assert.deepEqual(await errors('mother', { applicant_name: '赵小兰' }), ['/form/applicant_name conflict']);
		assert.deepEqual(await errors('mother', { applicant_id_no: someone.id_number }), ['/form/applicant_id_no conflict']);
		assert.deepEqual(await errors('mother', { applied_by_agent: true }), ['/form/applied_by_agent conflict']);
		assert.deepEqual(await errors('agent', { applied_by_agent: false }, { for: someone }), ['/form/applied_by_agent conflict']);
		assert.deepEqual(await errors('agent', { applicant_id_no: idNumber(1) }, { for: someone }), ['/form/applicant_id_no conflict']);
		const answer = await w.file('agent', { ...birth({ applicant_name: '李秀兰' }), for: someone });
		assert.match(answer.json.errors[0].message, /替别人办请由代办员申请/);
	});

	await test('an agent files for his own county only', async () => {
		const answer = await w.file('agent', { ...birth(far_address), for: someone });
		assert.equal(answer.status, 403, answer.text.slice(0, 200));
	});

	await test('4: a clerk sees his department\'s items and what they were told, nothing else of the form', async () => {
		const whole = (await show('mother', own)).json;
		for (const [who, department] of [['police', 'public_security'], ['tax', 'tax'], ['health', 'health']]) {
			const seen = (await show(who, own)).json;
			assert.deepEqual(seen.items.map((i) => i.id), whole.items.filter((i) => i.department === department).map((i) => i.id), who);
			const sent = w.gate.of(own).filter((c) => c.department === department && !/^(material|record):/.test(c.json.item));
			assert.deepEqual(seen.data, Object.fromEntries(sent.map((c) => [c.json.item, c.json.data])), who);
			const d = (await show(who, own, '/disclosures')).json;
			assert.ok([...d.told, ...d.not_told].every((t) => t.department === department), who);
		}
	});

	await test('a clerk is not shown the papers that only others\' items use', async () => {
		const seen = (await show('tax', own)).json;
		const told = w.gate.find(own, 'medical_insurance_premium').json.materials.map((m) => m.id);
		assert.deepEqual(seen.materials.map((m) => m.id), told);
	});

	await test('a clerk\'s history tells of his department\'s items alone', async () => {
		const entries = (await show('tax', own, '/history')).json.entries;
		assert.deepEqual([...new Set(entries.map((e) => e.department).filter(Boolean))], ['tax']);
	});

	await test('nothing of the form or of others\' outputs leaks to a clerk', async () => {
		const text = JSON.stringify((await show('tax', own)).json);
		for (const name of ['child_name', 'mother_id_no', 'mother_name', 'father_id_no', 'mother_phone', 'householder_name'])
			assert.ok(!text.includes(form[name]), name);
		const whole = (await show('mother', own)).json;
		for (const i of whole.items.filter((one) => one.department !== 'tax'))
			for (const [name, value] of Object.entries(i.outputs || {}))
				assert.ok(name === 'medins_person_no' || typeof value !== 'string' || value.length < 8 || !text.includes(value),
					`${i.id}.${name}`);
	});

	await test('26: reading another person\'s data leaves a row with who, whose, what and why; one\'s own leaves none', async () => {
		for (const who of ['health', 'tax', 'police']) {
			const before = access(own, who).length;
			await show(who, own);
			const rows = access(own, who);
			assert.equal(rows.length, before + 1, who);
			for (const row of rows)
				assert.ok(row.split('|').every(Boolean), row);
			await show(who, own, '/disclosures');
			assert.equal(access(own, who).length, before + 2, `${who}: disclosures`);
		}
		for (const rest of ['', '/history', '/disclosures']) {
			const before = access(helped, 'agent').length;
			await show('agent', helped, rest);
			assert.equal(access(helped, 'agent').length, before + 1, `an agent reads another's ${rest}`);
		}
		await show('mother', own);
		assert.equal(access(own, 'mother').length, 0);
	});

	await test('26: who looks a person up by his number leaves a row for each hit', async () => {
		const before = access(own, 'police').length;
		const list = (await w.http('GET', `/api/v1/applications?q=${idNumber(1)}`, { who: 'police' })).json.applications;
		assert.ok(list.some((a) => a.number === own));
		assert.equal(access(own, 'police').length, before + 1);
		const none = (await w.http('GET', `/api/v1/applications?q=${idNumber(400)}`, { who: 'police' })).json.applications;
		assert.deepEqual(none, []);
	});

	await test('the description is whole: parameters, key, words of the contract', () => {
		for (const [p, all] of Object.entries(w.openapi.paths))
			for (const [method, o] of Object.entries(all)) {
				assert.ok(o.summary && Object.keys(o.responses).length > 0, `${method} ${p}`);
				assert.deepEqual(o.parameters.filter((one) => one.in === 'path').map((one) => `{${one.name}}`), p.match(/\{[a-z]+\}/g)
					|| [], p);
				assert.equal(Boolean(o.security), matrix[`${method.toUpperCase()} ${p}`].stranger === 401
					&& !p.includes('/departments/') || p === '/metrics', p);
				assert.equal(Boolean(o.requestBody), ['post', 'put', 'patch'].includes(method), p);
			}
		const query = (route, method = 'get') => w.openapi.paths[route][method].parameters.filter((one) => one.in === 'query')
			.map((one) => one.name);
		assert.deepEqual(query('/api/v1/applications'), ['event', 'status', 'q', 'limit', 'cursor']);
		assert.deepEqual(query('/api/v1/statistics'), ['event', 'from', 'to', 'division', 'by']);
		assert.deepEqual(query('/api/v1/departments/{department}/files/{id}'), ['key']);
		assert.equal(w.openapi.paths['/api/v1/applications'].post.parameters[0].name, 'Idempotency-Key');
		const { application_status: of, item_status: each } = w.openapi.components.schemas;
		assert.deepEqual(of.enum, ['in_progress', 'waiting_for_applicant', 'finished', 'withdrawn']);
		assert.deepEqual([...each.enum].sort(), ['acknowledged', 'approved', 'attention', 'blocked', 'correction', 'ready', 'refused',
			'sent', 'skipped',
			'waiting', 'withdrawn']);
		for (const code of ['required', 'unknown_field', 'type', 'format', 'check_digit', 'too_early', 'too_late', 'not_chosen',
			'conflict'])
			assert.ok(w.codes.has(code), code);
	});

	const schemas = w.openapi.components.schemas;
	const simple = { string: (v) => typeof v === 'string', integer: Number.isInteger, number: (v) => typeof v === 'number',
		boolean: (v) => typeof v === 'boolean', object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v),
		array: Array.isArray };

	/* Where a value is not as the schema says, and members that it does not tell of. */
	function unlike(schema, value, at) {
		if (schema.$ref)
			return unlike(schemas[schema.$ref.split('/').pop()], value, at);
		if (schema.anyOf)
			return value === null ? [] : unlike(schema.anyOf[0], value, at);
		if (schema.enum)
			return schema.enum.includes(value) ? [] : [`${at}: ${value}`];
		if (schema.type && !simple[schema.type](value))
			return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
		if (schema.items)
			return value.flatMap((one, i) => unlike(schema.items, one, `${at}/${i}`));
		if (!schema.properties)
			return [];
		return [...schema.required.filter((name) => !(name in value)).map((name) => `${at}/${name} is missing`),
			...Object.entries(value).flatMap(([name, one]) => {
				const of = schema.properties[name] ?? schema.additionalProperties;
				return of ? unlike(of, one, `${at}/${name}`) : [`${at}/${name} is not told of`];
			})];
	}

	await test('bodies and answers are described: each reference leads somewhere, each answer is as told', async () => {
		for (const [, name] of JSON.stringify(w.openapi).matchAll(/#\/components\/schemas\/([a-z_]+)/g))
			assert.ok(schemas[name], name);
		const body = (route) => Object.keys(w.openapi.paths[route].post.requestBody.content['application/json'].schema.properties);
		assert.deepEqual(body('/api/v1/applications').sort(), ['choices', 'disputed', 'event', 'for', 'form', 'materials']);
		assert.deepEqual(body('/api/v1/applications/{number}/correction').sort(), ['form', 'materials']);
		assert.deepEqual(body('/api/v1/applications/{number}/withdrawal'), ['reason']);
		assert.deepEqual(body('/api/v1/applications/{number}/signatures').sort(), ['agrees', 'sign']);
		const asks = [['mother', 'POST /api/v1/files', 201], ['mother', 'POST /api/v1/applications', 201],
			['mother', 'POST /api/v1/events/{event}/plan', 200], ['supervisor', 'GET /api/v1/statistics', 200],
			...Object.keys(matrix).filter((route) => /^GET .*(events|applications|departments$|open$)/.test(route)
				&& !/(\.svg|\}\/events)$/.test(route)).flatMap((route) => [['mother', route, 200], ['police', route, 200]])];
		for (const [who, route, status] of asks) {
			const [method, target] = route.split(' ');
			const answer = await send(method, target, who);
			if (who === 'police' && answer.status !== 200)
				continue;
			assert.equal(answer.status, status, route);
			const { content } = w.openapi.paths[target][method.toLowerCase()].responses[status];
			assert.deepEqual(unlike(content['application/json'].schema, answer.json, ''), [], `${route} ${who}`);
		}
		for (const { id } of (await w.http('GET', '/api/v1/events')).json.events)
			assert.deepEqual(unlike(schemas.guide, (await w.http('GET', `/api/v1/events/${id}`)).json, id), []);
		for (const by of ['day', 'month', 'event', 'division', 'department'])
			assert.deepEqual(unlike(schemas.statistics, (await w.http('GET', `/api/v1/statistics?by=${by}`, { who: 'supervisor' })).json,
				by), []);
		for (const number of [own, helped])
			assert.deepEqual(unlike(schemas.application, (await show(number === own ? 'mother' : 'agent', number)).json, number), []);
	});

	await test('28: no row, nothing shown: when the row cannot be written, the answer is 503 without data', async () => {
		w.sql('REVOKE INSERT ON access FROM yijianshi');
		try {
			for (const rest of ['', '/disclosures']) {
				const answer = await w.http('GET', `/api/v1/applications/${own}${rest}`, { who: 'police', faulty: true });
				assert.equal(answer.status, 503);
				assert.ok(!answer.text.includes(form.child_name) && !answer.text.includes('register_birth'), answer.text);
			}
			assert.equal((await show('mother', own)).status, 200, 'one\'s own is still shown');
		} finally {
			w.sql('GRANT INSERT ON access TO yijianshi');
		}
		assert.equal((await show('police', own)).status, 200);
	});

	await test('1: a refused look shows nothing and leaves a row that says so, which the applicant sees', async () => {
		const told = async () => (await show('mother', own, '/accesses')).json.accesses;
		for (const [who, by] of [['other', 'citizen'], ['far_police', 'clerk'], ['agent', 'agent'], ['operator', 'operator']]) {
			const before = access(own, who).length;
			assert.equal((await show(who, own)).status, 404);
			await until(`${who}'s row`, () => access(own, who).length > before);
			assert.ok(access(own, who).every((row) => row === 'application|refused'), who);
			assert.ok((await told()).some((one) => one.why === 'refused' && one.by === by), who);
		}
		const kinds = (await told()).map((one) => one.why === 'refused');
		assert.deepEqual(kinds, [...kinds].sort(), 'asking in vain pushes no reading off the list');
	});

	await test('1: a refused look whose row cannot be written is answered like any other', async () => {
		w.sql('REVOKE INSERT ON access FROM yijianshi');
		try {
			const [hidden, missing] = [await show('other', own), await show('other', never())];
			assert.deepEqual([hidden.status, hidden.text], [404, missing.text]);
		} finally {
			w.sql('GRANT INSERT ON access TO yijianshi');
		}
	});

	await test('14: a revoked token changes nothing any more', async () => {
		await w.account('gone', 'citizen', { id: idNumber(9) });
		await w.accepted('gone', birth());
		w.sql(`UPDATE token SET revoked_at = now() WHERE account = (SELECT id FROM account WHERE name = 'gone')`);
		const before = w.sql('SELECT count(*) FROM application')[0];
		const answer = await w.file('gone', birth());
		assert.equal(answer.status, 401, answer.text);
		assert.equal(w.sql('SELECT count(*) FROM application')[0], before);
	});

	await test('demo tokens are made with --demo and marked so', async () => {
		const made = await w.run('account', 'token', 'mother', '--demo');
		assert.equal(made.status, 0, made.stderr);
		assert.equal((await w.http('GET', '/api/v1/applications', { who: made.stdout.trim() })).status, 200, 'on loopback it works');
		assert.equal(w.sql('SELECT count(*) FROM token WHERE demo')[0], '1');
	});

	await test('tokens are stored hashed', () => {
		const dump = w.sql('SELECT encode(hash, \'escape\') FROM token').join();
		for (const token of Object.values(w.tokens))
			assert.ok(!dump.includes(token.slice(4)));
	});

	await test('method games: PUT, DELETE, PATCH, TRACE and an override header change nothing', async () => {
		const before = w.sql('SELECT count(*) FROM application')[0];
		for (const target of ['/api/v1/applications', `/api/v1/applications/${own}`, '/api/v1/events', '/healthz', '/openapi.json'])
			for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS']) {
				const answer = await w.http(method, target, { who: 'mother' });
				assert.ok([400, 405].includes(answer.status), `${method} ${target} ${answer.status}`);
				assert.ok(answer.status !== 405 || answer.headers.allow, 'Allow says what works');
			}
		const answer = await w.http('GET', '/api/v1/applications', { who: 'mother', headers: { 'X-HTTP-Method-Override': 'POST' } });
		assert.equal(answer.status, 200);
		assert.equal((await w.http('HEAD', `/api/v1/applications/${own}`, { who: 'other' })).status, 404);
		assert.equal(w.sql('SELECT count(*) FROM application')[0], before);
	});

	await test('path games: the same door, or none', async () => {
		const missing = (await show('other', never())).text;
		for (const target of [`//api/v1/applications/${own}`, `/api/v1/./applications/${own}`, `/api/v1/x/../applications/${own}`,
			`/api/v1/applications/${own}/`, `/api/v1/applications/${own};x`, `/api/v1/applications/${own}%00`,
				`/API/v1/applications/${own}`,
			`/api/v1/applications%2f${own}`, `/api/v1/%2e%2e/v1/applications/${own}`]) {
			const answer = await w.http('GET', target, { who: 'other' });
			assert.ok([400, 404].includes(answer.status), `${target}: ${answer.status}`);
			if (answer.status === 404)
				assert.equal(answer.text, missing, target);
		}
	});

	await test('37: headers that speak for others are ignored', async () => {
		const headers = { 'X-Forwarded-For': '10.0.0.1', 'X-Real-IP': '10.0.0.1', 'X-User-Id': '1', 'X-Remote-User': 'mother',
			Forwarded: 'for=10.0.0.1' };
		assert.equal((await w.http('GET', `/api/v1/applications/${own}`, { who: 'other', headers })).status, 404);
		assert.equal((await w.http('GET', `/api/v1/applications/${own}`, { headers })).status, 401);
		const evil = await w.http('GET', '/api/v1/applications', { who: 'mother', headers: { Origin: 'https://evil.example',
			Host: 'evil.example' } });
		assert.ok(!Object.keys(evil.headers).some((h) => h.startsWith('access-control-')));
	});

	await test('every answer forbids sniffing, framing and keeping', async () => {
		for (const target of ['/api/v1/events', `/api/v1/applications/${own}`, '/healthz', '/nothing']) {
			const { headers } = await request(w.port, { path: target, headers: { Authorization: `Bearer ${w.tokens.mother}` } });
			assert.equal(headers['x-content-type-options'], 'nosniff');
			assert.equal(headers['cache-control'], 'no-store');
			assert.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
			assert.match(headers['x-request-id'], /^[0-9a-f]{16}$/);
		}
	});

	await test('25: doors that are not there', async () => {
		for (const target of ['/.git/config', '/debug', '/_ctl', '/_ledger', '/api/v1', '/api/v2/events', '/etc/passwd',
			'/%2e%2e/%2e%2e/etc/passwd'])
			assert.ok([400, 404].includes((await w.http('GET', target, { who: 'operator' })).status), target);
	});

	await test('/metrics counts and names no person', async () => {
		const { text } = await w.http('GET', '/metrics', { who: 'operator' });
		assert.match(text, /^yijianshi_applications_running \d+$/m);
		for (const line of text.trim().split('\n'))
			assert.match(line, /^(# (HELP|TYPE) yijianshi_\w+ .+|yijianshi_\w+(\{[a-z_]+="[a-z_]+"(,[a-z_]+="[a-z_]+")*\})? -?\d+)$/, line);
	});

	await w.stop();
});
