/* pages.cjs: the pages as HTTP: headers, refusals in words, assets, switches, old prints, read again.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { assert, request, sources, suite, until, World } = require('./harness.cjs');

const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

suite(async (test) => {
	let scripts;
	const w = await World.start({ own: (made) => {
		scripts = path.join(made.dir, 'scripts');
		fs.cpSync(path.join(sources, 'scripts'), scripts, { recursive: true });
		made.options.settings = { scripts_dir: scripts };
	} });
	const ask = (method, target, headers = html) => request(w.port, { method, path: target, headers });
	const get = (target, headers) => ask('GET', target, headers);
	const page = async (target, headers) => {
		const a = await get(target, headers);
		assert.equal(a.status, 200, target);
		return a;
	};
	const logged = (words) => until(words, () => w.node.text().includes(words));
	const hangUp = () => process.kill(w.node.pid, 'SIGHUP');

	await test('a page is HTML under a closed policy, never kept', async () => {
		const a = await page('/');
		assert.equal(a.headers['content-type'], 'text/html; charset=utf-8');
		assert.match(a.headers['content-security-policy'], /^default-src 'none'; style-src 'self'; script-src 'self';/);
		assert.match(a.headers['content-security-policy'], /frame-ancestors 'none'/);
		assert.ok(!/unsafe/.test(a.headers['content-security-policy']));
		assert.equal(a.headers['cache-control'], 'no-store');
		assert.equal(a.headers['x-content-type-options'], 'nosniff');
		assert.equal(a.headers['set-cookie'], undefined);
		const head = await ask('HEAD', '/');
		assert.equal(head.status, 200);
		assert.equal(head.text, '');
	});

	await test('assets are kept for ever under their hash, packed for who takes it', async () => {
		const [, css] = /href="(\/assets\/[0-9a-f]{16}\/style\.css)"/.exec((await page('/')).text);
		const plain = await get(css, {}), packed = await get(css, { 'Accept-Encoding': 'gzip, br' });
		assert.match(plain.headers['cache-control'], /immutable/);
		assert.equal(plain.headers['content-encoding'], undefined);
		assert.equal(packed.headers['content-encoding'], 'gzip');
		assert.equal(zlib.gunzipSync(packed.bytes).toString(), plain.text);
		assert.ok(packed.bytes.length < plain.bytes.length / 2);
		assert.equal((await get(css.replace(/[0-9a-f]{16}/, '0'.repeat(16)), {})).headers['cache-control'], 'no-store');
		assert.equal((await get('/assets/0/home.lua', {})).status, 404);
		assert.equal((await get('/assets/0/nothing.css', {})).status, 404);
	});

	await test('a refusal is told in words to browsers, as a problem to programs', async () => {
		for (const target of ['/nowhere', '/events/nothing', '/api/v1/events/nothing']) {
			const people = await get(target), program = await get(target, { Accept: 'application/json' });
			assert.equal(people.status, 404);
			assert.match(people.text, /没有这一页/);
			assert.match(people.headers['content-security-policy'], /style-src 'self'/);
			assert.equal(program.status, 404);
			assert.equal(program.json.type, '/problems/not-found');
		}
		assert.match((await get('/nowhere', { ...html, Cookie: 'lang=en; big=1' })).text, /<html class="big" lang="en">.*no such page/s);
		assert.match((await ask('POST', '/')).text, /不能这样打开/);
		assert.match((await get('/events//x')).text, /看不懂这个请求/);
	});

	await test('language and type size: asked for once, kept in a cookie; nonsense changes nothing', async () => {
		const a = await page('/events/birth?x=1&lang=en&big=1');
		assert.match(a.text, /<html class="big" lang="en">/);
		assert.deepEqual(a.headers['set-cookie'].map((c) => c.split(';')[0]).sort(), ['big=1', 'lang=en']);
		for (const cookie of a.headers['set-cookie'])
			assert.match(cookie, /; Path=\/; .*SameSite=Lax; HttpOnly/);
		assert.match(a.text, /href="\/events\/birth\?x=1&amp;lang=zh"/);
		const b = await page('/?lang=%22%3E%3Cscript%3E&big=7', { ...html, Cookie: 'lang=x; big=2' });
		assert.match(b.text, /<html lang="zh-CN">/);
		assert.equal(b.headers['set-cookie'], undefined);
		assert.ok(!/"><script>/.test(b.text));
	});

	await test('what an address holds is escaped in the page', async () => {
		const a = await page("/statistics?a=%22%3E%3Cb%3E&b='&c=1");
		assert.match(a.text, /href="\/statistics\?a=%22%3E%3Cb%3E&amp;b=&#39;&amp;c=1&amp;big=1"/);
	});

	await test('the picture of an event is an image of our own', async () => {
		const a = await page('/events/birth/flow.svg');
		assert.equal(a.headers['content-type'], 'image/svg+xml');
		assert.match(a.text, /^<svg /);
		assert.ok(!/<script|href=/.test(a.text));
		assert.equal((await get('/events/nothing/flow.svg')).status, 404);
	});

	let printed;
	await test('a card holds its version; scanned at once it says that nothing has changed', async () => {
		const guide = (await w.http('GET', '/api/v1/events/birth')).json;
		printed = guide.version.slice('sha256:'.length);
		assert.match((await page('/events/birth/print')).text, new RegExp(`规则版本 ${printed.slice(0, 8)}`));
		assert.match((await page(`/events/birth?v=${printed}&d=2026-11-01`)).text,
			/<time datetime="2026-11-01">2026年11月1日<\/time>印的.*内容到今天没有变化/);
		assert.match((await page(`/events/birth?v=${'0'.repeat(64)}&d=2026-11-01`)).text, /不认识那个版本/);
		for (const bad of ['v=1&d=2026-11-01', `v=${printed}&d=yesterday`, `v=${printed}`, 'v=%00&d=2026-11-01'])
			assert.ok([200, 400].includes((await get(`/events/birth?${bad}`)).status));
		assert.match((await page(`/events/marriage?v=${printed}&d=2026-11-01`)).text, /不认识那个版本/);
	});

	await test('and tells what has changed when something has', async () => {
		const file = path.join(w.events, 'birth.lua');
		const before = fs.readFileSync(file, 'utf8'), after = before.replace(/(within\s*=\s*)"12个工作日"/, '$1"9个工作日"');
		assert.notEqual(before, after);
		fs.writeFileSync(file, after);
		hangUp();
		const text = await until('the new version', async () => {
			const a = await page(`/events/birth?v=${printed}&d=2026-11-01`);
			return a.text.includes('之后内容有变化') && a.text;
		});
		assert.match(text, /社会保障卡申领：承诺时间从12个工作日改为9个工作日/);
		assert.equal((await w.http('GET', `/api/v1/events/birth?version=${printed}`)).json.version, `sha256:${printed}`);
	});

	await test('the templates are read again; a broken one leaves what was in force', async () => {
		const texts = path.join(scripts, 'pages', 'texts.lua'), home = path.join(scripts, 'pages', 'home.lua');
		const good = fs.readFileSync(home, 'utf8');
		fs.writeFileSync(texts, fs.readFileSync(texts, 'utf8').replace('人生大事，一张表办完', '换了一句话'));
		hangUp();
		await until('the new sentence', async () => (await page('/')).text.includes('换了一句话'));
		fs.writeFileSync(home, 'return function(page) return ');
		hangUp();
		await logged('the pages in force stay: pages: home.lua:1');
		assert.ok((await page('/')).text.includes('换了一句话'));
		fs.writeFileSync(home, 'return function(page) return require "html".p{ nothing.at_all } end');
		hangUp();
		await until('an error in one page', async () => (await get('/')).status === 500);
		const wrong = await get('/');
		assert.match(wrong.text, /系统出了问题/);
		assert.ok(!/nothing|lua/.test(wrong.text.replace(/assets[^"]*/g, '')));
		assert.equal((await get('/statistics')).status, 200);
		fs.writeFileSync(home, good);
		hangUp();
		await until('all is well', async () => (await get('/')).status === 200);
	});

	await w.stop();
});
