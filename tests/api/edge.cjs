/* edge.cjs: requests that are well-formed and meant badly: other methods, other spellings of a path, questions that
 * want everything at once, connections that are never done; and what an operator or a policy file may not point at.
 */
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { assert, birth, idNumber, request, sources, suite, until, World } = require('./harness.cjs');

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'FOO'];

suite(async (test) => {
	const w = await World.start({ own: true });
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('bela', 'citizen', { id: idNumber(2) });
	await w.account('super', 'supervisor', { divisions: ['330111'] });
	const filed = await w.accepted('anna', birth());
	const own = `/api/v1/applications/${filed.number}`;
	const fill = (path) => path.replace('{number}', filed.number).replace('{event}', 'birth').replace('{department}', 'health')
		.replace(/\{\w+\}/g, '1');
	const as = (who, method, target, more = {}) => w.http(method, target, { who, ...more });

	/* Some other route may fit the same path. */
	const serves = (method, target) => Object.entries(w.openapi.paths).some(([path, described]) =>
		described[method === 'HEAD' ? 'get' : method.toLowerCase()] && new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(target));

	await test('48: a method that a path does not have is 405 and says which it has; nothing happens', async () => {
		const before = w.sql('SELECT (SELECT count(*) FROM application), (SELECT count(*) FROM petition), (SELECT count(*) FROM draft)');
		for (const [path, described] of Object.entries(w.openapi.paths))
			for (const method of methods) {
				if (serves(method, fill(path)))
					continue;
				const answer = await as('anna', method, fill(path));
				assert.equal(answer.status, 405, `${method} ${path}: ${answer.text}`);
				const allow = answer.headers.allow.split(', ');
				assert.ok(!allow.includes(method) && Object.keys(described).filter((m) => methods.includes(m.toUpperCase()))
					.every((m) => allow.includes(m.toUpperCase())), `${method} ${path}: ${allow}`);
			}
		assert.deepEqual(w.sql('SELECT (SELECT count(*) FROM application), (SELECT count(*) FROM petition), (SELECT count(*) FROM draft)'), before);
	});

	/* The pages' own table: path -> the methods that it has, and whether it takes forms alone. */
	const pages = new Map(), macros = { LETTER: 'POST', DOOR: 'POST', QUICK: 'GET' };
	for (const [, macro, method, target, rest] of fs.readFileSync(path.join(sources, 'core', 'pages', 'pages.c'), 'utf8')
		.matchAll(/^\t(?:([A-Z]+)\(|\{ "([A-Z]+)", )"(\/[^"]*)",?(.*)/gm)) {
		const of = pages.get(target) ?? { methods: [], forms: false };
		of.methods.push(macros[macro] ?? macro ?? method);
		of.forms ||= macro === 'POST' || macro === 'LETTER' || rest.includes('x-www-form-urlencoded');
		pages.set(target, of);
	}
	const page_serves = (method, target) => [...pages].some(([route, of]) => of.methods.includes(method === 'HEAD' ? 'GET' : method) &&
		new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`).test(target));
	const counts = () => w.sql('SELECT (SELECT count(*) FROM application), (SELECT count(*) FROM petition), (SELECT count(*) FROM draft), ' +
		'(SELECT count(*) FROM session), (SELECT count(*) FROM mandate)');

	await test('48: nor has a page more methods than its own', async () => {
		assert.ok(pages.size > 40, `${pages.size} pages`);
		const before = counts();
		for (const [route, of] of pages)
			for (const method of methods) {
				if (page_serves(method, fill(route)))
					continue;
				const answer = await as('anna', method, fill(route));
				assert.equal(answer.status, 405, `${method} ${route}: ${answer.text.slice(0, 200)}`);
				assert.ok(of.methods.every((m) => answer.headers.allow.split(', ').includes(m)), `${method} ${route}: ${answer.headers.allow}`);
			}
		assert.deepEqual(counts(), before);
	});

	await test('48: JSON to a page that takes a form is 415, whoever sends it', async () => {
		const before = counts(), routes = [...pages].filter(([, of]) => of.methods.includes('POST'));
		for (const [route, of] of routes)
			for (const type of ['application/json', 'text/plain', 'application/xml']) {
				const answer = await request(w.port, { method: 'POST', path: fill(route), body: '{}', headers: { 'Content-Type': type } });
				assert.ok(of.forms ? answer.status === 415 : [400, 401, 403, 415].includes(answer.status), `${route} ${type}: ${answer.status}`);
			}
		assert.ok(routes.filter(([, of]) => of.forms).length > 10);
		assert.deepEqual(counts(), before);
	});

	await test('48: a header that names another method changes nothing', async () => {
		for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
			assert.equal((await as('anna', 'GET', own, { headers: { [name]: 'DELETE' } })).status, 200, name);
			assert.equal((await as('anna', 'DELETE', own, { headers: { [name]: 'GET' } })).status, 405, name);
			assert.equal((await as('anna', 'GET', `${own}?_method=DELETE`)).status, 200);
		}
	});

	await test('48: another type than the one that a route reads is 415, in the API and in the pages', async () => {
		for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/xml', 'text/json'])
			for (const target of ['/api/v1/applications', `${own}/withdrawal`, '/api/v1/events/birth/plan', '/api/v1/session'])
				assert.ok([400, 415].includes((await as('anna', 'POST', target, { body: '{}', type, key: 'k' })).status), `${target} ${type}`);
		assert.equal((await as('anna', 'POST', '/api/v1/applications', { body: '{}', type: 'text/plain', key: 'k' })).status, 415);
		const page = await request(w.port, { method: 'POST', path: '/login', body: '{}', headers: { 'Content-Type': 'application/json' } });
		assert.equal(page.status, 415, page.text.slice(0, 200));
	});

	/* Spellings of a path that some programs take for another one. */
	const spellings = (path) => {
		const [, first, ...rest] = path.split('/');
		return [`/${path}`, `//${path}`, `/.${path}`, `/./${path.slice(1)}`, `/x/..${path}`, `/%2e${path}`, `/x/%2e%2e${path}`,
			`/${first}%2f${rest.join('/')}`, `/${first}/${rest.join('%2F')}`, `/${first}\\${rest.join('\\')}`, `${path};x`, `${path};a=b/`, `${path}/`,
			`${path}/.`, `${path}%00`, `${path}%00.css`, `${path}%20`, `${path}.json`, `/${first}%c0%af${rest.join('/')}`, `/%c0%ae%c0%ae${path}`,
			path.replace('api', 'API'), path.replace('api', '%61pi'), path.replace('applications', 'Applications'), `${path}%0d%0aX:%20y`,
			`${path}?x=%00`, `${path}/${'a'.repeat(8000)}`, `/${'../'.repeat(60)}etc/passwd`];
	};

	await test('49: however a path is written, nobody gets by it what its plain spelling refuses him', async () => {
		for (const target of [...spellings(own), ...spellings(`${own}/history`), ...spellings('/api/v1/statistics')])
			for (const who of ['bela', undefined]) {
				const answer = await request(w.port, { path: target, headers: who ? { Authorization: `Bearer ${w.tokens[who]}` } : {} });
				assert.ok([400, 401, 403, 404, 405, 414, 431].includes(answer.status), `${who} ${target.slice(0, 120)}: ${answer.status}`);
				assert.ok(!answer.text.includes(filed.items[0].title), target);
			}
	});

	await test('49: for the owner it is not found, not readable, or the very same', async () => {
		const plain = (await as('anna', 'GET', `${own}/disclosures`)).text;
		for (const target of spellings(`${own}/disclosures`)) {
			const answer = await request(w.port, { path: target, headers: { Authorization: `Bearer ${w.tokens.anna}` } });
			assert.ok(answer.status === 200 ? answer.text === plain : [400, 404, 414, 431].includes(answer.status), `${target.slice(0, 120)}: ${answer.status}`);
		}
	});

	const greedy = [...['0', '-1', '201', '1000000000', '1e9', '99999999999999999999', 'all', '', '10;', '٣'].map((limit) => `limit=${encodeURIComponent(limit)}`),
		'limit=200&limit=1', `cursor=${'A'.repeat(4000)}`, 'cursor=%25', 'cursor=-1', 'cursor[]=1', 'status=*', 'status=%25', 'event=%25', 'event=b*',
		'q=%25', 'q=%25%25%25%25', 'q=_', 'q=.*', `q=${'(a%2B)%2B'.repeat(50)}`, `q=${'%25a'.repeat(500)}`, 'offset=1000000000', 'page=99999999'];

	await test('41: a list that is asked for too much is refused or short', async () => {
		for (const list of ['/api/v1/applications', '/api/v1/accesses', '/api/v1/consents'])
			for (const query of greedy) {
				const answer = await as('anna', 'GET', `${list}?${query}`);
				assert.ok([200, 400].includes(answer.status), `${list}?${query.slice(0, 80)}: ${answer.status}`);
				const rows = answer.status === 200 ? Object.values(answer.json).find(Array.isArray) || [] : [];
				assert.ok(rows.length <= 200, `${list}?${query}: ${rows.length} rows`);
			}
	});

	await test('41: statistics over all time, or over none, are refused or few lines', async () => {
		for (const query of ['from=0001-01-01&to=9999-12-31', 'from=1900-01-01&to=2100-01-01&by=day', 'from=9999-12-31&to=0001-01-01', 'from=x', 'to=2026-02-30',
			'by=division,day,event', 'by=*', 'division=%25', 'division=3', 'event=%25', 'from=2026-01-01&from=2025-01-01']) {
			const answer = await as('super', 'GET', `/api/v1/statistics?${query}`);
			assert.ok([200, 400].includes(answer.status), `${query}: ${answer.status}`);
			assert.ok(answer.text.length < 1 << 20, `${query}: ${answer.text.length} bytes`);
		}
	});

	await test('41: every list that takes a number of lines keeps to it', async () => {
		await w.account('clerk', 'clerk', { department: 'health', divisions: ['330111'] });
		const lists = Object.entries(w.openapi.paths).filter(([, of]) => JSON.stringify(of.get ?? '').includes('"limit"')).map(([route]) => route);
		assert.ok(lists.length >= 3, lists.join());
		for (const route of lists)
			for (const query of ['limit=1000000000', 'limit=201', 'limit=0', 'limit=-1', 'limit=1&limit=2'])
				for (const who of ['anna', 'super', 'clerk']) {
					if (route === '/api/v1/mandates' && who === 'anna')
						continue; /* his own, the latest: no number is asked of it */
					const answer = await as(who, 'GET', `${fill(route)}?${query}`);
					assert.ok([400, 403, 404].includes(answer.status), `${who} ${route}?${query}: ${answer.status}`);
				}
	});

	/* Connections of 127.0.0.last on which `text` is sent, and no more. */
	const begun = (last, n, text) => Array.from({ length: n }, () => {
		const socket = net.connect({ port: w.port, host: '127.0.0.1', localAddress: `127.0.0.${last}` });
		socket.on('error', () => {});
		socket.write(text);
		return socket;
	});

	await test('40: five hundred requests and a hundred uploads that are never done keep nobody from filing', async () => {
		const slow = [...begun(2, 500, 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: '), ...begun(3, 100,
			`POST /api/v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${w.tokens.bela}\r\nContent-Type: application/pdf\r\n` +
			'Content-Length: 500000\r\n\r\n%')];
		let ends = 0;
		slow.forEach((socket) => socket.on('close', () => { ends++; }));
		const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('a')), 1000);
		try {
			const numbers = (await Promise.all(Array.from({ length: 10 }, () => w.accepted('anna', birth())))).map((a) => a.number);
			for (const number of numbers)
				await w.finished('anna', number);
			await until('who drips is let go', () => ends >= 500);
		} finally {
			clearInterval(drip);
			slow.forEach((socket) => socket.destroy());
		}
	});

	await test('17: a department\'s address that is none is refused by its name, before anything is called', async () => {
		for (const url of ['file:///etc/passwd', 'gopher://127.0.0.1:5432/', 'http://user@127.0.0.1/', 'http://127.0.0.1:0/x', '127.0.0.1', 'ftp://a/',
			'http://a b/', 'http://a/?x=']) {
			w.writeConfig({ 'department.health.url': url });
			const told = await w.run('doctor');
			assert.notEqual(told.status, 0, url);
			assert.match(told.stdout + told.stderr, /department\.health\.url( must be http|: .* is not an address that can be called)/, url);
		}
		w.writeConfig();
	});

	await test('18: an event file that wants out, or never ends, is told by its name; what is in force stays, cases go on', async () => {
		const before = (await w.http('GET', '/api/v1/events')).text;
		for (const name of ['loop', 'memory_string', 'os', 'load', 'finaliser']) {
			const file = path.join(w.events, `${name}.lua`);
			fs.copyFileSync(path.join(sources, 'tests', 'declared', 'hostile', `${name}.lua`), file);
			w.node.process.kill('SIGHUP');
			const { number } = await w.accepted('anna', birth());
			await until(`${name} is told`, () => w.node.text().includes(`${name}.lua:`));
			fs.rmSync(file);
			await w.finished('anna', number);
			assert.equal((await w.http('GET', '/api/v1/events')).text, before, name);
		}
	});

	await test('verify finds no difference', () => w.verify());
	await w.stop();
});
