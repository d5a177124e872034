/* edge.cjs: requests that are well-formed and meant badly: other methods, other spellings of a path, questions that
 * want everything at once.
 */
'use strict';
const { assert, birth, idNumber, request, suite, World } = require('./harness.cjs');

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'FOO'];

suite(async (test) => {
	const w = await World.start();
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

	await test('verify finds no difference', () => w.verify());
	await w.stop();
});
