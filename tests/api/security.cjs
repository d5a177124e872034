/* security.cjs: an attacker's list, by the numbers of its checks, as far as no other suite holds them: what a
 * stranger's application looks like by every door, hostile words in pages, headers of every answer, doors
 * that are not there, a database that refuses. Routes come from /openapi.json and pages from the pages' own
 * table, so that a new one is looked at too.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const paper = require('../papers.cjs');
const { assert, birth, Browser, idNumber, oneTimeCode, request, sign, now, sources, suite, until, World } = require('./harness.cjs');

const words = 'correct horse battery', evil = '"><img src=x onerror=alert(1)></textarea><script>alert(1)</script>';

suite(async (test) => {
	const w = await World.start();
	const secrets = {};

	await w.account('mother', 'citizen', { id: idNumber(1), full: '李秀兰' });
	await w.account('other', 'citizen', { id: idNumber(2) });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('tax', 'clerk', { department: 'tax', divisions: ['330111'] });
	await w.account('supervisor', 'supervisor');
	await w.account('operator', 'operator');
	for (const name of ['mother', 'other'])
		await w.password(name, words);
	secrets.police = await w.password('police', words, true);

	const browsers = {};
	for (const name of ['mother', 'other', 'police']) {
		browsers[name] = new Browser(w);
		const answer = await browsers[name].login(name, words, secrets[name] && oneTimeCode(secrets[name]));
		assert.equal(answer.status, 200, answer.text);
	}
	const page = (who, target, more = {}) => request(w.port, { path: target, ...more,
		headers: { Accept: 'text/html', ...(who ? { Cookie: browsers[who].cookie } : {}), ...more.headers } });

	let answer_of = () => undefined;
	w.gate.rule = (call) => answer_of(call);
	const { number } = await w.accepted('mother', birth({ hukou_address: { division: '330111001001', text: evil } }));
	await w.finished('mother', number);
	const never = number.slice(0, 11) + [...number.slice(11)].reverse().join('');

	const filled = (route, of = number) => route.replace('{number}', of).replace('{event}', 'birth').replace('{item}', 'birth_certificate')
		.replace('{department}', 'tax').replace('{provider}', 'none').replace('{sign}', 'none').replace('{id}', '1').replace('{hash}', '0')
		.replace('{name}', 'x');
	const api = Object.entries(w.openapi.paths).flatMap(([route, all]) => Object.keys(all).map((m) => [m.toUpperCase(), route]));
	const shown = [...fs.readFileSync(path.join(sources, 'core', 'pages', 'pages.c'), 'utf8')
		.matchAll(/^\t(?:GET|POST|QUICK|[A-Z]+)\("(\/[^"]*)"|^\t\{ "(?:GET|POST)", "(\/[^"]*)"/gm)].map(([, one, two]) => one ?? two);
	const pages = [...new Set(shown)];
	const source = fs.readFileSync(path.join(sources, 'core', 'pages', 'pages.c'), 'utf8');
	const posted = new Set(pages.filter((p) => !source.includes(`GET("${p}"`) && !source.includes(`"GET", "${p}"`)));

	await test('the lists of routes and pages are whole', () => {
		assert.ok(api.length > 40 && pages.length > 20, `${api.length} ${pages.length}`);
		assert.ok(pages.includes('/applications/{number}/receipt.pdf') && pages.includes('/apply/{event}'));
	});

	/* --- 1, 42: of others nothing --- */

	await test('1: by every route of the API another\'s application is what never was', async () => {
		for (const [method, route] of api.filter(([, r]) => r.includes('{number}')))
			for (const who of ['other', 'supervisor']) {
				const more = method === 'GET' || method === 'DELETE' ? {} : { json: {}, key: crypto.randomUUID() };
				const theirs = await w.http(method, filled(route), { who, ...more });
				const nobodys = await w.http(method, filled(route, never), { who, ...more });
				const bare = (a) => JSON.stringify([a.status, a.json && { ...a.json, instance: '' }]);
				assert.equal(bare(theirs), bare(nobodys), `${who} ${method} ${route}`);
				assert.ok(theirs.status >= 400, `${who} ${method} ${route}: ${theirs.status}`);
			}
	});

	await test('1: by every page too, byte for byte; a stranger is sent to log in', async () => {
		for (const target of pages.filter((p) => p.includes('{number}'))) {
			const theirs = await page('other', filled(target)), nobodys = await page('other', filled(target, never));
			assert.deepEqual([theirs.status, theirs.text.replaceAll(number, 'N')], [nobodys.status, nobodys.text.replaceAll(never, 'N')], target);
			assert.ok(theirs.status >= 400, `${target}: ${theirs.status}`);
			const stranger = await page(undefined, filled(target));
			if (target.endsWith('/events')) { /* a script's, which goes nowhere */
				assert.equal(stranger.status, 401, target);
				continue;
			}
			if (posted.has(target)) { /* there is nothing to read */
				assert.equal(stranger.status, 405, target);
				continue;
			}
			assert.equal(stranger.status, 303, target);
			assert.match(stranger.headers.location, /^\/login\?next=%2F/);
		}
	});

	await test('1: nor is it in any list, search or count', async () => {
		for (const query of ['', `?q=${number}`, `?q=${idNumber(1)}`, '?event=birth', '?status=finished', '?limit=200', '?attention=1']) {
			const answer = await w.http('GET', `/api/v1/applications${query}`, { who: 'other' });
			assert.ok(!answer.text.includes(number), query);
		}
		for (const target of ['/applications', '/'])
			assert.ok(!(await page('other', target)).text.includes(number), target);
	});

	await test('42: numbers cannot be guessed: neighbours share nothing, and a thousand guesses tell nothing', async () => {
		const next = (await w.accepted('mother', birth())).number;
		assert.equal(next.slice(0, 10), number.slice(0, 10), 'division and month, no more');
		const same = [...next.slice(11)].filter((c, i) => c === number[11 + i]).length;
		assert.ok(same < 10, `${number} ${next}`);
		const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
		const answers = await Promise.all(Array.from({ length: 1000 }, () => w.http('GET', `/api/v1/applications/${number.slice(0, -1)}${
			letters[crypto.randomInt(32)]}`.replace(/.{4}$/, (end) => [...end].map(() => letters[crypto.randomInt(32)]).join('')), { who: 'other' })));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [404]);
		assert.equal(new Set(answers.map((a) => a.text)).size, 1);
	});

	/* --- 4, 34: another department's, another role's --- */

	await test('4: a clerk of another department neither sees nor decides what is not his, nor answers with his own secret', async () => {
		const before = await w.history('mother', number);
		for (const [method, route] of api.filter(([m, r]) => r.includes('{item}') && m !== 'GET')) {
			const answer = await w.http(method, filled(route), { who: 'tax', json: {}, key: crypto.randomUUID() });
			assert.ok([400, 403, 404].includes(answer.status), `${method} ${route}: ${answer.status}`);
		}
		const call = w.gate.find(number, 'hukou_birth') ?? w.gate.of(number).find((c) => c.department === 'public_security');
		const body = JSON.stringify({ key: call.key, state: 'rejected', result_id: '1', reason: 'x' });
		for (const department of ['tax', 'public_security']) {
			const target = `/api/v1/departments/${department}/results`;
			const headers = { 'Content-Type': 'application/json', ...sign(w.secret('tax'), { direction: 'in', method: 'POST', target,
				timestamp: now(), body }) };
			assert.equal((await w.http('POST', target, { body, headers })).status, 401, department);
		}
		assert.deepEqual(await w.history('mother', number), before);
	});

	await test('34: no step is skipped: what has ended is not corrected or withdrawn, an applicant decides nothing', async () => {
		for (const [rest, json] of [['correction', { form: {} }], ['withdrawal', {}]])
			assert.equal((await w.http('POST', `/api/v1/applications/${number}/${rest}`, { who: 'mother', json, key: crypto.randomUUID() }))
				.status, 409, rest);
		for (const [method, route] of api.filter(([m, r]) => r.includes('/desk') && m === 'POST')) {
			const answer = await w.http(method, filled(route), { who: 'mother', json: { state: 'approved' }, key: crypto.randomUUID() });
			assert.ok([403, 404].includes(answer.status), `${route}: ${answer.status} ${answer.text}`);
		}
		const answer = await w.http('POST', '/api/v1/departments/public_security/results', { who: 'mother', json: { key: 'x', state: 'approved' } });
		assert.equal(answer.status, 401);
	});

	await test('14: a revoked token asks and calls nothing at a desk, even within the time that it is believed', async () => {
		await w.account('leaving', 'clerk', { department: 'public_security', divisions: ['330111'] });
		const { item } = w.gate.of(number).find((c) => c.department === 'public_security' && !/:/.test(c.json.item)).json;
		const ask = () => w.http('POST', `/api/v1/desk/${number}/${item}/inquiries`, { who: 'leaving', key: crypto.randomUUID(),
			json: { department: 'health', question: '请核实出生证明编号' } });
		const first = await ask();
		assert.equal(first.status, 201, first.text);
		w.sql(`UPDATE token SET revoked_at = now() WHERE account = (SELECT id FROM account WHERE name = 'leaving')`);
		assert.equal((await ask()).status, 401);
		assert.equal(w.sql('SELECT count(*) FROM inquiry')[0], '1');
	});

	await test('9: what only the server sets is refused in a correction, a withdrawal, a draft and a login as well', async () => {
		for (const name of ['status', 'approved', 'owner', 'role', 'version', 'number', 'submitted_at', 'filed_by', 'division'])
			for (const [method, target, json] of [['POST', `/api/v1/applications/${number}/correction`, { form: {}, [name]: 1 }],
				['POST', `/api/v1/applications/${number}/withdrawal`, { [name]: 1 }], ['PUT', '/api/v1/drafts/birth', { form: {}, revision: 0, [name]: 1 }],
				['POST', '/api/v1/session', { name: 'mother', password: words, [name]: 'x' }]]) {
				const answer = await w.http(method, target, { who: 'mother', json, key: crypto.randomUUID() });
				assert.ok([400, 409, 422].includes(answer.status), `${method} ${target} ${name}: ${answer.status}`);
			}
		assert.equal((await w.show('mother', number)).status, 'finished');
	});

	await test('10: hostile words in cookies and headers are no one and nothing', async () => {
		for (const word of ["'", "' OR 1=1--", '\\', '%00', 'x'.repeat(4000), '{}', '$1', '"; DROP TABLE token; --']) {
			const secret = encodeURIComponent(word).padEnd(43, 'x').slice(0, 43);
			for (const Cookie of [`yjs=${secret}`, `yjs=${word.replace(/[^!-~]/g, '')}`, `yjs-oidc=${secret}; lang=${secret}; big=${secret}`])
				assert.ok([400, 401, 431].includes((await w.http('GET', '/api/v1/session', { headers: { Cookie } })).status), word);
			for (const name of ['Idempotency-Key', 'X-CSRF-Token', 'Accept-Language', 'X-Request-Id', 'traceparent'])
				assert.ok((await w.http('POST', '/api/v1/applications', { json: {}, headers: { [name]: word.slice(0, 2000) } })).status < 500, name);
		}
	});

	/* --- 11: whatever stands in them, pages are text --- */

	const clean = (answer, target) => {
		assert.ok(!/<script>alert|<img src=x|onerror=alert\(1\)>/.test(answer.text), target);
		assert.match(answer.headers['content-security-policy'] ?? '', /default-src 'none'/, target);
		assert.ok(!/unsafe-inline|unsafe-eval/.test(answer.headers['content-security-policy']), target);
	};

	await test('11: what people and departments write is text in every page that shows it', async () => {
		answer_of = (call) => (call.json && call.json.item === 'social_security_card'
			? { status: 200, body: { state: 'rejected', result_id: evil, reason: `${evil} 不符` } } : undefined);
		const one = await w.accepted('mother', birth({ hukou_address: { division: '330111001001', text: evil } }));
		await w.finished('mother', one.number);
		answer_of = () => undefined;
		await w.http('PUT', '/api/v1/drafts/birth', { who: 'mother', json: { form: { child_name: evil, [evil]: evil,
			hukou_address: { division: evil, text: evil } }, choices: { [evil]: true }, materials: {}, disputed: [], revision: 0 } });
		let told = 0;
		for (const target of pages.filter((p) => !/login|logout|prove|assets|left|\.pdf|\.svg/.test(p)))
			for (const who of ['mother', 'police']) {
				const answer = await page(who, filled(target, one.number));
				if (answer.status !== 200)
					continue;
				clean(answer, `${who} ${target}`);
				told += /&lt;img src=x onerror=alert/.test(answer.text);
			}
		assert.ok(told >= 2, 'and it is shown');
		for (const target of [`/statistics?x=${encodeURIComponent(evil)}`, `/login?next=${encodeURIComponent(evil)}`, `/events/birth?v=${
			encodeURIComponent(evil)}&d=${encodeURIComponent(evil)}`, `/apply/birth?${encodeURIComponent(evil)}=1`])
			clean(await page('mother', target), target);
	});

	/* --- 47: numbers of people --- */

	await test('47: who was told an identity number for his item sees it in full; by no route does anybody else', async () => {
		const { number: fresh } = await w.accepted('mother', birth());
		await w.finished('mother', fresh);
		const form = birth().form, ids = [...new Set([idNumber(1), form.mother_id_no, form.father_id_no])];
		const shown_to = async (who) => {
			const texts = [];
			for (const target of api.filter(([m, r]) => m === 'GET' && !r.includes('/events')).map(([, r]) => filled(r, fresh)))
				texts.push([target, (await w.http('GET', target, { who })).text]);
			for (const target of browsers[who] ? pages.filter((p) => !/assets|left|logout|\.pdf|\/events$/.test(p)) : [])
				texts.push([target, (await page(who, filled(target, fresh))).text]);
			return texts.filter(([, text]) => ids.some((id) => text.includes(id))).map(([target]) => target);
		};
		assert.notDeepEqual(await shown_to('police'), [], 'who registers the child sees it: the search works');
		for (const who of ['other', 'tax', 'supervisor', 'operator'])
			assert.deepEqual(await shown_to(who), [], who);
	});

	/* --- 23: papers --- */

	await test('23: a paper is known by its content, served under a name of ours, closed in', async () => {
		const pdf = paper.pdf();
		const polyglot = Buffer.concat([pdf.subarray(0, pdf.length), Buffer.from('\n<?php system("id"); ?><script>alert(1)</script>')]);
		for (const [what, body, type, status] of [['php', Buffer.from('<?php ?>'), 'image/png', 415], ['svg', Buffer.from('<svg onload=x>'), 'image/png', 415],
			['html', Buffer.from('<html><script>'), 'application/pdf', 415], ['nothing', Buffer.alloc(0), 'application/pdf', undefined],
			['a zip', Buffer.from('PK\x03\x04nothing of the kind'), 'application/ofd', 415]]) {
			const answer = await w.http('POST', '/api/v1/files', { who: 'mother', body, type,
				headers: { 'Content-Disposition': 'attachment; filename="../../x.php"' } });
			assert.ok(status ? answer.status === status : answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`);
		}
		for (const body of [pdf, polyglot]) {
			const put = await w.http('POST', '/api/v1/files', { who: 'mother', body, type: 'application/pdf' });
			if (put.status !== 201) {
				assert.equal(put.status, 415);
				continue;
			}
			const { headers } = await w.http('GET', `/api/v1/files/${put.json.id}`, { who: 'mother' });
			assert.equal(headers['content-disposition'], `attachment; filename="${put.json.id}.pdf"`);
			assert.equal(headers['x-content-type-options'], 'nosniff');
			assert.match(headers['content-security-policy'], /default-src 'none'; sandbox/);
			assert.equal(headers['cache-control'], 'no-store');
		}
	});

	/* --- 25, 37 .. 39: what is not there, what is always there --- */

	await test('25: no door of the tests, of tools or of frameworks stands open', async () => {
		for (const target of ['/.git/HEAD', '/.env', '/debug', '/_ctl', '/_ledger', '/_faults', '/admin', '/server-status', '/swagger', '/graphql',
			'/api', '/api/', '/api/v1/', '/api/v1/accounts', '/assets', '/assets/', '/assets/0/../style.css', '/scripts/pages/login.lua', '/events/', '/files'])
			assert.ok([400, 404].includes((await w.http('GET', target, { who: 'operator' })).status), target);
		for (const method of ['TRACE', 'PROPFIND', 'DEBUG'])
			assert.ok([400, 405, 501].includes((await request(w.port, { method, path: '/', ms: 5000 }).catch(() => ({ status: 400 }))).status), method);
		const usual = await w.http('GET', '/api/v1/events');
		for (const headers of [{ 'X-Fault': 'crash' }, { 'X-Debug': '1' }, { CP: '1' }, { 'X-Original-URL': '/metrics' }, { 'X-Rewrite-URL': '/metrics' }])
			assert.equal((await w.http('GET', '/api/v1/events', { headers })).text, usual.text);
		for (const [name, password] of [['admin', 'admin'], ['operator', 'operator'], ['postgres', 'postgres'], ['demo', 'demo'], ['root', '']])
			assert.equal((await w.http('POST', '/api/v1/session', { json: { name, password } })).status, 401);
		w.sql('DELETE FROM login_attempt');
	});

	await test('27: as the service\'s role history and accesses can be neither changed nor deleted', () => {
		for (const table of ['history', 'access', 'application', 'revision', 'operation'])
			for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table}`, `UPDATE ${table} SET division = 0`])
				assert.throws(() => w.sql(statement, { role: 'yijianshi' }), /permission denied|must be owner/, statement);
	});

	await test('35: edited content under an old hash is not put in force: the application is not shown by it', async () => {
		const [kept] = w.sql(`SELECT encode(convert_to(declared::text, 'UTF8'), 'base64') FROM version WHERE event = 'birth' LIMIT 1`).join('').length
			? [true] : [false];
		assert.ok(kept);
		w.sql(`CREATE TABLE kept AS SELECT * FROM version; UPDATE version SET declared = replace(declared, '出生', '入学') WHERE event = 'birth'`);
		await w.node.stop();
		fs.cpSync(w.events, path.join(w.dir, 'fewer'), { recursive: true });
		fs.rmSync(path.join(w.dir, 'fewer', 'birth.lua'));
		w.writeConfig({ events_dir: path.join(w.dir, 'fewer') });
		await w.startNode();
		const answer = await w.http('GET', `/api/v1/applications/${number}`, { who: 'mother', faulty: true });
		assert.equal(answer.status, 503, answer.text);
		assert.ok(!answer.text.includes('入学'));
		assert.match(w.node.text(), /is not what its hash says/);
		w.sql('UPDATE version v SET declared = k.declared FROM kept k WHERE k.hash = v.hash; DROP TABLE kept');
		await w.node.stop();
		w.writeConfig();
		await w.startNode();
		assert.equal((await w.show('mother', number)).number, number);
	});

	await test('37: whatever Host or forwarded header a request has, departments and people get the configured address', async () => {
		const answer = await w.http('POST', '/api/v1/applications', { who: 'mother', json: birth(), key: crypto.randomUUID(),
			headers: { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher', Forwarded: 'host=evil.example' } });
		assert.equal(answer.status, 201);
		await until('departments were called', () => w.gate.of(answer.json.number).length > 0);
		for (const call of w.gate.of(answer.json.number))
			assert.ok(!JSON.stringify(call.headers).includes('evil'), JSON.stringify(call.headers));
		for (const target of pages.filter((p) => !/assets|\.pdf/.test(p))) {
			const shown_page = await page('mother', filled(target), { headers: { Host: 'evil.example' } });
			assert.ok(!/evil\.example/.test(shown_page.text + JSON.stringify(shown_page.headers)), target);
		}
	});

	const everything = () => [...api.filter(([m]) => m === 'GET').map(([, r]) => filled(r)), ...pages.map((p) => filled(p)), '/nowhere', '/events//x',
		'/api/v1/applications?limit=x'];

	await test('38: no answer to another origin may be read there', async () => {
		for (const Origin of ['https://evil.example', 'null'])
			for (const target of everything())
				for (const headers of [{ Origin }, { Origin, Cookie: browsers.mother.cookie }]) {
					const answer = await request(w.port, { path: target, headers });
					assert.ok(!Object.keys(answer.headers).some((h) => h.startsWith('access-control-')), target);
				}
		const asked = await request(w.port, { method: 'OPTIONS', path: '/api/v1/applications', headers: { Origin: 'https://evil.example',
			'Access-Control-Request-Method': 'POST' } });
		assert.equal(asked.status, 405);
	});

	const always = { 'x-content-type-options': /^nosniff$/, 'referrer-policy': /^(no-referrer|same-origin)$/, 'cross-origin-opener-policy': /^same-origin$/,
		'cross-origin-resource-policy': /^same-origin$/, 'content-security-policy': /^default-src 'none'.*frame-ancestors 'none'/ };
	const look = async () => {
		const seen = {};
		for (const target of everything())
			for (const who of ['mother', undefined]) {
				const { headers, status } = await page(who, target);
				for (const [name, value] of Object.entries(always))
					assert.match(headers[name] ?? '', value, `${name} of ${target} (${status})`);
				if (!target.startsWith('/assets/'))
					assert.equal(headers['cache-control'], 'no-store', target);
				for (const name of ['server', 'x-powered-by', 'via'])
					assert.equal(headers[name], undefined, target);
				seen[headers['strict-transport-security']] = true;
			}
		return Object.keys(seen);
	};

	await test('39: every answer of every route and page has the headers that close it in', async () => {
		assert.deepEqual(await look(), ['undefined'], 'without TLS nothing is promised of it');
	});

	await test('39: where people come by TLS, browsers are told to keep to it', async () => {
		await w.node.stop();
		w.writeConfig({ public_url: 'https://one.example' });
		await w.startNode();
		const kept = browsers.mother.cookie;
		browsers.mother.cookie = kept.replace('yjs=', '__Host-yjs=');
		assert.deepEqual(await look(), ['max-age=63072000']);
		browsers.mother.cookie = kept;
		await w.node.stop();
		w.writeConfig();
		await w.startNode();
	});

	/* --- 24: nothing of the inside in an error --- */

	await test('24: a database that refuses everything: 503 in words on every route and page, nothing of the inside', async () => {
		w.sql('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM yijianshi');
		try {
			let refused = 0;
			for (const [method, route] of api) {
				const more = method === 'GET' || method === 'DELETE' ? {} : { json: birth(), key: crypto.randomUUID() };
				const answer = await w.http(method, filled(route), { headers: { Cookie: browsers.mother.cookie, 'X-CSRF-Token': browsers.mother.csrf }, faulty: true,
					...more });
				assert.ok(answer.status < 500 || answer.status === 503, `${method} ${route}: ${answer.status}`);
				refused += answer.status === 503;
				assert.ok(!/permission denied|42501|SELECT|\/tmp\/|core\/|libpq|PostgreSQL|1\.0/i.test(route === '/metrics' || route === '/openapi.json'
					? '' : answer.status >= 400 ? answer.text : ''), `${method} ${route}: ${answer.text}`);
			}
			assert.ok(refused > 15, `${refused} answers of 503`);
			for (const target of pages.filter((p) => !/assets/.test(p))) {
				const answer = await page('mother', filled(target));
				assert.ok(answer.status < 500 || answer.status === 503, `${target}: ${answer.status}`);
				assert.ok(!/permission denied|42501|\/tmp\/|core\//.test(answer.text), target);
			}
		} finally {
			w.sql(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO yijianshi`);
		}
	});

	await w.node.stop();
	await w.run('migrate');
	await w.stop();
});
