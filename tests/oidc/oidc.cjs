/* oidc.cjs: people come in by OpenID providers, in whole: from the login page to the provider, back, and
 * out again; and everything that a provider, a browser or somebody between them may get wrong. Packages:
 * `npm ci` in a copy of this folder's package files, found through NODE_PATH. TAP.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { assert, birth, freePort, idNumber, request, suite, until, World } = require('../api/harness.cjs');
const { Certified, jws, listen, Pliant, read } = require('./providers.cjs');

const seconds = () => Math.floor(Date.now() / 1000);

/* A browser: cookies by host, redirections followed by hand. */
class Person {
	constructor(w) {
		this.w = w;
		this.cookies = {};
	}

	async get(url, { headers = {}, ...more } = {}) {
		const { port, pathname, search } = new URL(url, `http://127.0.0.1:${this.w.port}`);
		const jar = this.cookies[port] ??= {};
		const Cookie = Object.entries(jar).map(([name, value]) => `${name}=${value}`).join('; ');
		const answer = await request(Number(port), { path: pathname + search, ...more,
			headers: { Accept: 'text/html', ...(Cookie ? { Cookie } : {}), ...headers } });
		for (const set of answer.headers['set-cookie'] || []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
			if (value && !/Max-Age=0/.test(set))
				jar[name] = value;
			else
				delete jar[name];
		}
		return answer;
	}

	get own() {
		return this.cookies[this.w.port] ??= {};
	}

	/* From here to the provider, through it: the address that it sends the browser back to. */
	async through(id, { next = '/statistics', purpose } = {}) {
		let answer = await this.get(`/login/oidc/${id}?${new URLSearchParams({ next, ...(purpose ? { purpose } : {}) })}`);
		assert.equal(answer.status, 303, answer.text);
		this.asked = new URL(answer.headers.location);
		let at = answer.headers.location;
		while (!new URL(at).pathname.startsWith('/login/oidc/')) {
			answer = await this.get(at);
			assert.ok([302, 303].includes(answer.status), `${at}: ${answer.status} ${answer.text}`);
			at = new URL(answer.headers.location, at).href;
		}
		return at;
	}

	async login(id, more) {
		return this.get(await this.through(id, more));
	}

	async session() {
		return (await this.get('/api/v1/session', { headers: { Accept: 'application/json' } })).json;
	}

	async status() {
		return (await this.get('/api/v1/session')).status;
	}

	async post(target, form) {
		return this.get(target, { method: 'POST', body: new URLSearchParams(form).toString(),
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
	}
}

const because = (answer) => (/<p class="lead">([^<]*)/.exec(answer.text) || [])[1];
const sentences = { genuine: /核对不上/, expired: /十分钟/, nobody: /还没有您的账户/, other: /不是同一个人/, weak: /第二种方式/,
	closed: /停用/, away: /连不上/, cancelled: /取消/ };

suite(async (test) => {
	const ports = { node: await freePort(), city: await freePort(), pliant: await freePort(), silent: await freePort() };
	const back = (id) => `http://127.0.0.1:${ports.node}/login/oidc/${id}/back`;
	const secret = 'of the city, & odd: %';
	const client = (id, more) => ({ client_id: `yijianshi ${id}`, redirect_uris: [back(id)], response_types: ['code'],
		post_logout_redirect_uris: [`http://127.0.0.1:${ports.node}/left/${id}`], ...more });
	const city = await Certified.start([client('city', { client_secret: secret }),
		client('staff', { token_endpoint_auth_method: 'none' }), client('giving', { token_endpoint_auth_method: 'none' })], ports.city);
	const pliant = await Pliant.start(ports.pliant);
	const held = new Set();
	const silent = http.createServer((x, answer) => held.add(answer));
	await listen(silent, ports.silent);

	const settings = { listen: `127.0.0.1:${ports.node}`, http_workers: '2' };
	const provider = (id, issuer, more) => Object.assign(settings, ...Object.entries({ issuer, title: `${id} 的登录`,
		client_id: `yijianshi ${id}`, ...more }).map(([name, value]) => ({ [`oidc.${id}.${name}`]: value })));
	const w = await World.start({ settings, serve: false });
	w.port = ports.node;
	const file = path.join(w.dir, 'secret');
	fs.writeFileSync(file, `${secret}\n`, { mode: 0o600 });
	provider('city', city.issuer, { client_secret_file: file, id_number_claim: 'id_no' });
	provider('staff', city.issuer, { people: 'staff', id_number_claim: 'id_no', strong: 'otp hwk' });
	provider('giving', city.issuer, { people: 'staff', strong: 'otp', roles: 'clerk agent' });
	provider('pliant', pliant.issuer, { id_number_claim: 'id_no' });
	provider('silent', `http://127.0.0.1:${ports.silent}`);
	w.writeConfig();
	await w.startNode();

	const accounts = () => Number(w.sql('SELECT count(*) FROM account')[0]);
	const fresh = () => w.sql('DELETE FROM login_attempt');
	const sits = (person) => { city.person = pliant.person = person; };
	const li = { sub: 'li', name: '李秀兰', id_no: idNumber(1) };
	await w.account('mother', 'citizen', { id: li.id_no, full: '李秀兰' });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'], id: idNumber(5) });

	await test('the settings are checked at the start: what is missing, or goes in the clear, is told', async () => {
		for (const [name, value, word] of [['oidc.city.client_id', undefined, 'oidc.city.client_id'],
			['oidc.city.issuer', 'http://login.example', 'https://'], ['oidc.city.roles', 'clerk', 'staff only'],
			['oidc.giving.roles', 'clerk citizen', 'citizen is no role of staff'], ['oidc.city.scope', 'profile', 'openid']]) {
			const old = settings[name];
			settings[name] = value ?? null;
			w.writeConfig({ listen: '127.0.0.1:0', node: 'another' });
			const told = await w.run('serve');
			assert.equal(told.status, 1);
			assert.ok(told.stderr.includes(word), told.stderr);
			if (old === undefined)
				delete settings[name];
			else
				settings[name] = old;
		}
		w.writeConfig();
	});

	/* --- in and out --- */

	await test('the login page offers the providers; from there, through, and back to where one was', async () => {
		sits({ sub: 'wang', name: '王小明', id_no: idNumber(2, false) });
		const p = new Person(w), before = accounts();
		const page = await p.get('/login?next=/statistics');
		assert.match(page.text, /href="\/login\/oidc\/city\?next=%2Fstatistics"/);
		const answer = await p.login('city');
		assert.equal(answer.status, 303, answer.text);
		assert.equal(answer.headers.location, '/statistics');
		for (const [name, value] of Object.entries({ response_type: 'code', client_id: 'yijianshi city', redirect_uri: back('city'),
			code_challenge_method: 'S256', max_age: '900' }))
			assert.equal(p.asked.searchParams.get(name), value);
		assert.match(p.asked.searchParams.get('scope'), /\bopenid\b/);
		const who = await p.session();
		assert.deepEqual([who.role, who.full_name, who.provider, who.proved], ['citizen', '王小明', 'city', true]);
		assert.equal(accounts(), before + 1);
		const again = new Person(w);
		assert.equal((await again.login('city')).status, 303);
		assert.equal((await again.session()).name, who.name);
		assert.equal(accounts(), before + 1, 'the second time it is the same account');
	});

	await test('an account that there is is found by the identity number; its owner sees what he filed', async () => {
		sits(li);
		const { number } = await w.accepted('mother', birth());
		const p = new Person(w), before = accounts();
		assert.equal((await p.login('city')).status, 303);
		assert.equal((await p.session()).name, 'mother');
		assert.equal((await p.get(`/api/v1/applications/${number}`)).status, 200);
		assert.equal(accounts(), before);
	});

	await test('a second, independent provider: the same person is the same account; a session files', async () => {
		sits({ ...li, sub: 'quite another name' });
		const p = new Person(w), before = accounts();
		const answer = await p.login('pliant');
		assert.equal(answer.status, 303, answer.text);
		const who = await p.session();
		assert.equal(who.name, 'mother');
		assert.equal(accounts(), before);
		assert.equal(w.sql('SELECT count(*) FROM identity i JOIN account a ON a.id = i.account WHERE a.name = \'mother\'')[0], '2');
		const filed = await w.http('POST', '/api/v1/applications', { json: birth(), key: 'vouched', headers: {
			Cookie: `yjs=${p.own.yjs}`, 'X-CSRF-Token': who.csrf } });
		assert.equal(filed.status, 201, filed.text);
	});

	await test('a new key of the provider is fetched when a token is signed by it, of each kind that is taken', async () => {
		sits(li);
		const used = new Set();
		pliant.answer = ({ body }) => used.add(JSON.parse(Buffer.from(body.id_token.split('.')[0], 'base64url').toString()).alg);
		for (const algorithm of ['ES256', 'PS256']) {
			await pliant.server.issuer.keys.generate(algorithm, { kid: algorithm });
			for (let i = 0; i < 3; i++)
				assert.equal((await new Person(w).login('pliant')).status, 303);
		}
		pliant.answer = undefined;
		assert.deepEqual([...used].sort(), ['ES256', 'PS256', 'RS256']);
	});

	await test('two first logins of one person at once make one account', async () => {
		sits({ sub: 'twin', name: '双', id_no: idNumber(7) });
		const people = Array.from({ length: 6 }, () => new Person(w)), before = accounts();
		const answers = await Promise.all(people.map((p, i) => p.login(i % 2 ? 'city' : 'pliant')));
		assert.deepEqual(answers.map((a) => a.status), Array(6).fill(303));
		assert.equal(accounts(), before + 1);
	});

	await test('leaving: the session ends here, and there by a step of its own', async () => {
		sits(li);
		const p = new Person(w);
		await p.login('city');
		const { csrf } = await p.session(), cookie = p.own.yjs;
		const left = await p.post('/logout', { _csrf: csrf, provider: 'city' });
		assert.deepEqual([left.status, left.headers.location], [303, '/left/city']);
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: `yjs=${cookie}` } })).status, 401);
		assert.match((await p.get('/left/city')).text, /href="\/left\/city\/there"/);
		const there = new URL((await p.get('/left/city/there')).headers.location);
		assert.equal(there.origin, city.issuer);
		assert.equal(there.searchParams.get('client_id'), 'yijianshi city');
		assert.equal(there.searchParams.get('post_logout_redirect_uri'), `http://127.0.0.1:${w.port}/left/city`);
		assert.ok(!there.search.includes('id_token'), 'who it was stands in no address');
		assert.equal((await p.get(there.href)).status, 200, 'the provider takes it');
	});

	await test('13: a login by a provider makes a new session and ends the one until now', async () => {
		sits(li);
		const p = new Person(w);
		await p.login('city');
		const first = p.own.yjs;
		await p.login('city');
		assert.notEqual(p.own.yjs, first);
		assert.equal((await w.http('GET', '/api/v1/session', { headers: { Cookie: `yjs=${first}` } })).status, 401);
		const answer = await new Person(w).get('/login/oidc/city');
		assert.match(answer.headers['set-cookie'][0], /^yjs-oidc=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);
	});

	await test('36: afterwards one goes on to an own path only', async () => {
		sits(li);
		for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'evil', '', `/${'x'.repeat(600)}`])
			assert.equal((await new Person(w).login('city', { next })).headers.location, '/', next);
		assert.equal((await new Person(w).login('city', { next: '/a?b=c&d=%E4%B8%80' })).headers.location, '/a?b=c&d=%E4%B8%80');
		fresh();
	});

	/* --- what binds a login to a browser --- */

	const refused = async (p, url, sentence, status = 403) => {
		const before = p.own.yjs, answer = await p.get(url);
		assert.equal(answer.status, status, answer.text);
		assert.match(because(answer) || answer.text, sentence);
		assert.equal(p.own.yjs, before, 'nobody came in');
		fresh();
	};

	await test('a login counts once: neither the address again, nor another code with it', async () => {
		sits(li);
		const p = new Person(w), url = await p.through('city');
		assert.equal((await p.get(url)).status, 303);
		const asked = city.requests.length;
		await refused(p, url, sentences.expired);
		const other = new Person(w), code = new URL(await other.through('city')).searchParams.get('code');
		const mixed = new URL(url);
		mixed.searchParams.set('code', code);
		await refused(p, mixed.href, sentences.expired);
		assert.ok(!city.requests.slice(asked).includes('/token'), 'the provider was not even asked');
	});

	await test('ten at once with one address: one comes in', async () => {
		sits(li);
		const p = new Person(w), url = await p.through('city');
		const answers = await Promise.all(Array.from({ length: 10 }, () => p.get(url)));
		assert.equal(answers.filter((a) => a.status === 303).length, 1);
		fresh();
	});

	await test('12: an address of another browser, a forged state, one of another provider: refused', async () => {
		sits(li);
		const p = new Person(w), url = await p.through('city'), thief = new Person(w);
		await refused(thief, url, sentences.expired);
		await thief.through('city');
		await refused(thief, url, sentences.expired);
		for (const state of ['', 'x', new URL(url).searchParams.get('state').toLowerCase()]) {
			const forged = new URL(url);
			forged.searchParams.set('state', state);
			await refused(p, forged.href, sentences.expired);
		}
		await refused(p, url.replace('/oidc/city/', '/oidc/pliant/'), sentences.expired);
		for (const change of [(s) => s.replace('.city.', '.pliant.'), (s) => s.replace(/\.\d+\./, `.${seconds() + 5}.`),
			(s) => s.replace('.0.', '.1.'), (s) => `${s}2f`, (s) => s.slice(1), () => 'x', () => '....']) {
			const q = new Person(w), its = await q.through('city');
			q.own['yjs-oidc'] = change(q.own['yjs-oidc']);
			await refused(q, its, sentences.expired);
		}
		assert.equal((await p.get(url)).status, 303, 'and the right one still comes in');
	});

	await test('a code of somebody else\'s login, put into this one, is no use: PKCE', async () => {
		sits(li);
		const p = new Person(w), url = new URL(await p.through('city'));
		const code = new URL(await new Person(w).through('city')).searchParams.get('code');
		url.searchParams.set('code', code);
		await refused(p, url.href, sentences.genuine);
	});

	await test('mixed up: an answer that names another provider, or none where it should', async () => {
		sits(li);
		for (const change of [(q) => q.set('iss', pliant.issuer), (q) => q.delete('iss'), (q) => q.append('iss', pliant.issuer)]) {
			const p = new Person(w), url = new URL(await p.through('city'));
			change(url.searchParams);
			await refused(p, url.href, sentences.genuine);
		}
	});

	await test('he says no: told in words, and nothing is left behind', async () => {
		sits(null);
		const p = new Person(w);
		await refused(p, await p.through('city'), sentences.cancelled);
	});

	/* --- what a provider must not get away with --- */

	const log = () => w.node.text().length;
	const told = (from, words) => assert.ok(w.node.text().slice(from).includes(words), `${words} in:\n${w.node.text().slice(from)}`);

	const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
	const spoiled = {
		'another nonce': ['of another login', ({ payload }) => { payload.nonce = 'x'.repeat(43); }],
		'no nonce': ['of another login', ({ payload }) => { payload.nonce = undefined; }],
		'another audience': ['not for this service', ({ payload }) => { payload.aud = 'somebody'; }],
		'several audiences, given to another': ['not for this service', ({ payload }) => {
			Object.assign(payload, { aud: [payload.aud, 'somebody'], azp: 'somebody' });
		}],
		'several audiences, given to nobody': ['not for this service', ({ payload }) => { payload.aud = [payload.aud, 'somebody']; }],
		'given to another': ['not for this service', ({ payload }) => { payload.azp = 'somebody'; }],
		'another issuer': ['another provider\'s', ({ payload }) => { payload.iss = city.issuer; }],
		'its time is over': ['its time is over', ({ payload }) => { payload.exp = seconds() - 90; }],
		'no end of its time': ['its time is over', ({ payload }) => { payload.exp = undefined; }],
		'made tomorrow': ['its time has not come', ({ payload }) => { payload.iat = seconds() + 90; }],
		'not before tomorrow': ['its time has not come', ({ payload }) => { payload.nbf = seconds() + 90; }],
		'made long ago': ['it was made long ago', ({ payload }) => { payload.iat = seconds() - 3600; }],
		'of nobody': ['whose it is', ({ payload }) => { payload.sub = ''; }],
		'critical extensions': ['crit', ({ header }) => { Object.assign(header, { crit: ['b64'], b64: true }); }],
		'no number': ['is no identity number', ({ payload }) => { payload.id_no = '330111199503120028'; }],
	};
	for (const [what, [words, change]] of Object.entries(spoiled))
		await test(`an ID token is refused: ${what}`, async () => {
			sits({ sub: 'li' });
			const p = new Person(w), from = log();
			pliant.change = change;
			await refused(p, await p.through('pliant'), sentences.genuine);
			pliant.change = () => {};
			told(from, words);
		});

	/* Signed again, or not at all. */
	const forged = {
		'alg none': ['signed in a way that is not taken', (token) => jws({ alg: 'none' }, read(token))],
		'alg None, the old signature': ['it cannot be read', (token) =>
			`${jws({ alg: 'None', kid: 'first' }, read(token))}${token.split('.')[2]}`],
		'HS256 by the public key': ['signed in a way that is not taken', (token) => jws({ alg: 'HS256', kid: 'first' }, read(token),
			(head) => crypto.createHmac('sha256', pliant.server.issuer.keys.toJSON().find((key) => key.kid === 'first').n).update(head).digest())],
		'another key by the right name': ['not signed by the provider', (token) => jws({ alg: 'RS256', kid: 'first' }, read(token),
			(head) => crypto.sign('sha256', Buffer.from(head), rsa.privateKey))],
		'another key that it brings along': ['not signed by the provider', (token) => jws({ alg: 'RS256', kid: 'first',
			jwk: rsa.publicKey.export({ format: 'jwk' }) }, read(token), (head) => crypto.sign('sha256', Buffer.from(head), rsa.privateKey))],
		'a kind of signature that is not the key\'s': ['does not tell of', (token) => jws({ alg: 'ES256', kid: 'first' }, read(token),
			() => Buffer.alloc(64, 1))],
		'changed after it was signed': ['not signed by the provider', (token) => {
			const [head, , signature] = token.split('.');
			return `${head}.${Buffer.from(JSON.stringify({ ...read(token), sub: 'wang' })).toString('base64url')}.${signature}`;
		}],
		'no token at all': ['it cannot be read', () => 'x'],
		'a token of a megabyte': ['it cannot be read', () => 'x'.repeat(200000)],
	};
	for (const [what, [words, forge]] of Object.entries(forged))
		await test(`an ID token is refused: ${what}`, async () => {
			sits(li);
			const p = new Person(w), from = log();
			pliant.answer = (answer) => { answer.body.id_token = forge(answer.body.id_token); };
			await refused(p, await p.through('pliant'), sentences.genuine);
			pliant.answer = undefined;
			told(from, words);
		});

	await test('who is told of beside the token must be the same person', async () => {
		sits({ sub: 'li' });
		const p = new Person(w), from = log();
		pliant.userinfo = { sub: 'wang', id_no: idNumber(2, false) };
		await refused(p, await p.through('pliant'), sentences.genuine);
		pliant.userinfo = undefined;
		told(from, 'another person than it vouches for');
	});

	await test('a person whose number changed at the provider does not get the account', async () => {
		sits({ ...li, id_no: idNumber(11) });
		const p = new Person(w);
		await refused(p, await p.through('city'), sentences.other);
	});

	/* --- staff, roles --- */

	await test('16: staff come in with a second factor told by the provider, to an account that there is', async () => {
		const officer = { sub: 'officer', name: '陈警官', id_no: idNumber(5) };
		sits(officer);
		const weak = new Person(w);
		await refused(weak, await weak.through('staff'), sentences.weak);
		sits({ ...officer, amr: ['pwd', 'sms'] });
		await refused(weak, await new Person(w).through('staff').then(() => weak.through('staff')), sentences.weak);
		sits({ ...officer, amr: ['pwd', 'otp'] });
		const p = new Person(w);
		assert.equal((await p.login('staff')).status, 303);
		const who = await p.session();
		assert.deepEqual([who.name, who.role, who.department, who.strong], ['police', 'clerk', 'public_security', true]);
		sits({ sub: 'stranger', name: '某某', id_no: idNumber(40), amr: ['otp'] });
		const stranger = new Person(w), before = accounts();
		await refused(stranger, await stranger.through('staff'), sentences.nobody);
		assert.equal(accounts(), before);
	});

	await test('one for citizens opens no account of staff, one for staff none of a citizen', async () => {
		sits({ sub: 'officer', name: '陈警官', id_no: idNumber(5), amr: ['otp'] });
		const p = new Person(w);
		assert.equal((await p.login('pliant')).status, 303);
		assert.equal((await p.session()).role, 'citizen', 'as himself');
		sits({ ...li, amr: ['otp'] });
		const q = new Person(w);
		await refused(q, await q.through('staff'), sentences.nobody);
	});

	await test('a role that a provider tells is nothing, unless the settings let it', async () => {
		sits({ sub: 'climber', name: '攀', id_no: idNumber(41), amr: ['otp'], yijianshi_role: 'operator', role: 'operator' });
		const p = new Person(w);
		assert.equal((await p.login('city')).status, 303);
		assert.equal((await p.session()).role, 'citizen');
		const q = new Person(w);
		await refused(q, await q.through('staff'), sentences.nobody);
		for (const more of [{ yijianshi_role: 'operator' }, { yijianshi_role: 'citizen' }, { yijianshi_role: 'cler' }, {},
			{ yijianshi_role: 'clerk' }, { yijianshi_role: 'clerk', yijianshi_department: 'nothing' }, { yijianshi_role: 'agent' },
			{ yijianshi_role: 'agent', yijianshi_divisions: ['33011'] }, { yijianshi_role: ['clerk'], yijianshi_department: 'tax' }]) {
			sits({ sub: 'given', amr: ['otp'], ...more });
			const one = new Person(w);
			await refused(one, await one.through('giving'), sentences.nobody);
		}
	});

	await test('a role that it may tell is had, and follows when it changes: what was given before ends', async () => {
		const officer = { sub: 'given', name: '税', amr: ['otp'], yijianshi_role: 'clerk', yijianshi_department: 'tax',
			yijianshi_divisions: ['330111'] };
		sits(officer);
		const p = new Person(w);
		assert.equal((await p.login('giving')).status, 303);
		const who = await p.session();
		assert.deepEqual([who.role, who.department, who.divisions], ['clerk', 'tax', ['330111']]);
		await new Person(w).login('giving');
		assert.equal(await p.status(), 200, 'nothing changed');
		sits({ ...officer, yijianshi_department: 'health' });
		const q = new Person(w);
		assert.equal((await q.login('giving')).status, 303);
		assert.deepEqual([(await q.session()).name, (await q.session()).department], [who.name, 'health']);
		assert.equal(await p.status(), 401);
	});

	/* --- time, ends, weather --- */

	await test('45: what binds needs a proof of not long ago: there, by the same person', async () => {
		sits(li);
		const p = new Person(w);
		await p.login('city');
		w.sql(`UPDATE session SET proved_at = now() - interval '16 minutes'`);
		const file = async () => {
			const { csrf } = await p.session();
			return w.http('POST', '/api/v1/applications', { json: birth(), key: crypto.randomUUID(),
				headers: { Cookie: `yjs=${p.own.yjs}`, 'X-CSRF-Token': csrf } });
		};
		assert.equal((await file()).json.type, '/problems/proof-needed');
		assert.match((await p.get('/prove?next=/')).text, /href="\/login\/oidc\/city\?next=%2F&amp;purpose=prove"/);
		sits({ sub: 'wang', name: '王小明', id_no: idNumber(2, false) });
		p.cookies[ports.city] = {};
		await refused(p, await p.through('city', { purpose: 'prove' }), sentences.other);
		sits(li);
		p.cookies[ports.city] = {};
		assert.equal((await p.login('city', { purpose: 'prove' })).status, 303);
		assert.equal(p.asked.searchParams.get('prompt'), 'login');
		assert.equal((await file()).status, 201);
		const nobody = new Person(w);
		await refused(nobody, await nobody.through('city', { purpose: 'prove' }), sentences.other);
	});

	await test('45: a password typed long ago, or nobody knows when, lets in but proves nothing', async () => {
		for (const [typed, proved] of [[seconds() - 20, true], [seconds() - 1000, false], [undefined, false]]) {
			sits({ ...li, auth_time: typed });
			const p = new Person(w);
			assert.equal((await p.login('pliant')).status, 303);
			assert.equal((await p.session()).proved, proved, String(typed));
			if (!proved)
				await refused(p, await p.through('pliant', { purpose: 'prove' }), sentences.genuine);
		}
	});

	await test('14: closing an account ends what was vouched for, and no provider opens it again', async () => {
		sits(li);
		const p = new Person(w);
		await p.login('city');
		assert.equal((await w.run('account', 'close', 'mother')).status, 0);
		assert.equal(await p.status(), 401);
		for (const id of ['city', 'pliant']) {
			const q = new Person(w);
			sits({ ...li, sub: id === 'city' ? 'li' : 'never seen' });
			await refused(q, await q.through(id), sentences.closed);
		}
		await w.password('mother', 'correct horse battery');
		sits(li);
		assert.equal((await p.login('city')).status, 303, 'the administrator opened it again');
	});

	await test('15, 42: coming back is counted like a try at a password', async () => {
		sits(null);
		fresh();
		const p = new Person(w);
		await p.get(await p.through('city'));
		w.sql(`UPDATE login_attempt SET until = now() + interval '10 minutes'`);
		sits(li);
		const url = await p.through('city'), answer = await p.get(url);
		assert.equal(answer.status, 429);
		fresh();
		assert.equal((await p.get(url)).status, 303, 'it was not used up');
		assert.equal(w.sql('SELECT count(*) FROM login_attempt WHERE until > now() + interval \'1 second\'')[0], '0', 'who comes in is given it back');
	});

	await test('a provider that never answers holds up nobody; its people are told in words', async () => {
		const slow = Array.from({ length: 8 }, () => new Person(w).get('/login/oidc/silent'));
		await until('it was asked', () => held.size > 0);
		for (let i = 0; i < 4; i++)
			assert.equal((await w.http('GET', '/api/v1/events')).status, 200, 'two workers are free');
		for (const answer of held)
			answer.socket.destroy();
		for (const one of await Promise.all(slow)) {
			assert.equal(one.status, 503);
			assert.match(because(one), sentences.away);
		}
		assert.equal((await new Person(w).get('/left/silent')).status, 200);
	});

	await test('31: neither codes, tokens, secrets nor numbers stand in the log', () => {
		const text = w.node.text();
		for (const word of ['eyJ', li.id_no, li.name, secret, 'code=', idNumber(5)])
			assert.ok(!text.includes(word), word);
		assert.ok(!w.sql('SELECT provider, encode(uuid_send(subject), \'escape\') FROM identity').join().includes('officer'));
	});

	await test('unknown providers are not there', async () => {
		for (const target of ['/login/oidc/nothing', '/login/oidc/nothing/back', '/left/nothing', '/api/v1/session/providers/nothing'])
			assert.ok([404, 403].includes((await new Person(w).get(target)).status), target);
	});

	city.stop();
	await pliant.stop();
	silent.closeAllConnections();
	silent.close();
	await w.stop();
});
