/* track.cjs: what people see of what they filed: their list, where one stands, the receipt as a page and as PDF;
 * and that nobody else does.
 */
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, request, sources, suite, until, World } = require('./harness.cjs');

const html = { Accept: 'text/html,*/*;q=0.8' };

/* What an independent reader makes of a PDF (poppler-utils). */
function pdf(tool, bytes, ...more) {
	return execFileSync(tool, ['-', ...more], { input: bytes, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
}

suite(async (test) => {
	let scripts;
	const w = await World.start({ own: (made) => {
		scripts = path.join(made.dir, 'scripts');
		fs.cpSync(path.join(sources, 'scripts'), scripts, { recursive: true });
		made.options.settings = { scripts_dir: scripts };
	} });
	const open = (target, who) => request(w.port, { path: target,
		headers: { ...html, ...who ? { Authorization: `Bearer ${w.tokens[who]}` } : {} } });
	const page = async (target, who = 'anna') => {
		const a = await open(target, who);
		assert.equal(a.status, 200, `${target}: ${a.status} ${a.headers.location || ''}`);
		return a;
	};

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('bert', 'citizen', { id: idNumber(7, false) });
	await w.account('clara', 'clerk', { department: 'public_security' });
	let waiting = true;
	w.gate.rule = (c) => waiting && c.department === 'public_security' && c.json && !/:/.test(c.json.item)
		? { status: 202, body: { state: 'pending', result_id: 'GA-77' } } : undefined;
	const { number } = await w.accepted('anna', birth());
	const at = `/applications/${number}`;
	await until('the police have it', async () =>
		(await w.http('GET', `/api/v1${at}`, { who: 'anna' })).json.items.some((i) => i.receipt === 'GA-77'));

	await test('an item is ticked only by the department\'s own number', async () => {
		const text = (await page(at)).text;
		assert.match(text, /您现在不需要再做任何事/);
		assert.match(text, /部门收到了，编号 <strong>GA-77<\/strong>/);
		assert.match(text, /class="open"><span aria-hidden="true" class="mark">○<\/span><span>等部门的结果/);
		assert.match(text, /从<time datetime="\d{4}-\d\d-\d\d">.*?送到那天起算，当天不算/);
	});

	await test('the list says of each what is expected', async () => {
		const text = (await page('/applications')).text;
		assert.ok(text.includes(number));
		assert.match(text, /办理中/);
		assert.match((await page('/applications', 'bert')).text, /您还没有提交过申请/);
	});

	await test('the receipt is a page and a PDF with its fonts in it', async () => {
		assert.ok((await page(`${at}/receipt`)).text.includes(number));
		const a = await page(`${at}/receipt.pdf`);
		assert.equal(a.headers['content-type'], 'application/pdf');
		assert.equal(a.headers['content-disposition'], `inline; filename="${number}.pdf"`);
		assert.equal(a.headers['cache-control'], 'no-store');
		const text = pdf('pdftotext', a.bytes, '-layout', '-');
		for (const words of ['已收到您的申请', '您现在不需要再做任何事', number, '公安局', '12345'])
			assert.ok(text.includes(words), `${words} in ${text}`);
		const fonts = pdf('pdffonts', a.bytes).trim().split('\n').slice(2);
		assert.ok(fonts.length > 0);
		for (const font of fonts)
			assert.match(font, /Noto.*yes yes yes/);
		const facts = pdf('pdfinfo', a.bytes);
		assert.match(facts, /Page size: +595 x 842 pts \(A4\)/);
		assert.match(facts, /Pages: +1$/m);
	});

	await test('nobody else sees any of it; strangers are sent to log in', async () => {
		for (const more of ['', '/receipt', '/receipt.pdf', '/disclosures']) {
			assert.equal((await open(at + more, 'bert')).status, 404);
			assert.equal((await open(`/applications/${number.replace(/.$/, '0')}${more}`, 'bert')).status, 404);
			const stranger = await open(at + more);
			assert.equal(stranger.status, 303);
			assert.match(stranger.headers.location, /^\/login\?next=/);
		}
		assert.equal((await page(at, 'clara')).status, 200); /* the clerk's view: his department's items alone */
		assert.ok(!(await page(at, 'clara')).text.includes('卫生健康局'));
	});

	await test('which department was told what', async () => {
		const text = (await page(`${at}/disclosures`)).text;
		assert.match(text, /公安局/);
		assert.match(text, /孩子姓名|新生儿姓名/);
		assert.match(text, /还没有给的/);
	});

	await test('each in plain words: no name of a parameter stands there', async () => {
		const { told, not_told } = (await w.http('GET', `/api/v1${at}/disclosures`, { who: 'anna' })).json;
		const all = [...told, ...not_told];
		for (const one of all)
			for (const field of one.fields)
				assert.match(one.titles[field], /[\u4e00-\u9fff]/, `${one.item} ${field}`);
		const shown = (await page(`${at}/disclosures`)).text.replaceAll(/<[^>]*>/g, ' ');
		for (const field of all.flatMap((one) => one.fields))
			assert.ok(!shown.includes(field) || !field.includes('_'), field);
		for (const lang of ['zh', 'en'])
			assert.equal((await open(`${at}/disclosures?lang=${lang}`, 'anna')).status, 200);
	});

	await test('a character without a font is reported, and the page printed in its place', async () => {
		const texts = path.join(scripts, 'pages', 'texts.lua'), before = fs.readFileSync(texts, 'utf8');
		fs.writeFileSync(texts, before.replace('请保存编号。', '请保存编号\uE123。'));
		process.kill(w.node.pid, 'SIGHUP');
		const a = await until('the new sentence', async () => {
			const got = await open(`${at}/receipt.pdf`, 'anna');
			return got.status === 303 && got;
		});
		assert.equal(a.headers.location, `${at}/receipt?nopdf=1`);
		assert.match((await page(a.headers.location)).text, /做不成 PDF 文件/);
		assert.match(w.node.text(), new RegExp(`the receipt of ${number}: no font has the character U\\+E123`));
		fs.writeFileSync(texts, before);
		process.kill(w.node.pid, 'SIGHUP');
	});

	await test('the doctor says whether the fonts are there', async () => {
		assert.match((await w.run('doctor')).stdout, /^ok +fonts /m);
	});

	await test('who has read it: helpers and staff, each time, and nobody else is told', async () => {
		await w.http('GET', `/api/v1${at}`, { who: 'clara' });
		const told = await w.http('GET', `/api/v1${at}/accesses`, { who: 'anna' });
		assert.equal(told.status, 200);
		const readings = told.json.accesses.filter((one) => one.why !== 'refused');
		assert.ok(readings.length > 0);
		for (const one of readings) {
			assert.equal(one.by, 'clerk');
			assert.equal(one.department, 'public_security');
		}
		const times = readings.map((one) => one.at);
		assert.deepEqual(times, [...times].sort().reverse(), 'the last first');
		assert.equal((await w.http('GET', `/api/v1${at}/accesses`, { who: 'clara' })).status, 403);
		assert.equal((await w.http('GET', `/api/v1${at}/accesses`, { who: 'bert' })).status, 404);
		assert.match((await page(`${at}/disclosures`)).text, /公安局 工作人员：看了申请和进度（查看）/);
		assert.match((await page(`${at}/disclosures`)).text, /有人想看，没有让他看（\d+ 次）/, 'bert did');
	});

	await test('when all has ended it says what came of it, and what it spared', async () => {
		waiting = false;
		const done = await w.http('GET', `/api/v1${at}`, { who: 'anna' });
		assert.equal(done.json.status, 'in_progress');
		const other = await w.accepted('anna', birth());
		await w.finished('anna', other.number);
		const text = (await page(`/applications/${other.number}`)).text;
		assert.match(text, /全部事项已经办结/);
		assert.match(text, /办完后实际数的/);
		assert.match(text, /出生医学证明编号/);
	});

	await test('the list behind the saving adds up to what is counted', async () => {
		const { number: done } = await w.accepted('anna', birth());
		const saved = (await w.finished('anna', done)).saved;
		const list = (await w.http('GET', `/api/v1/applications/${done}/saving`, { who: 'anna' })).json;
		const sum = (of) => list.items.filter((i) => i.counted).reduce((n, i) => n + of(i), 0);
		assert.deepEqual(list.measured, saved);
		assert.equal(sum((i) => i.papers.length) - list.given.length, saved.materials);
		assert.equal(sum((i) => i.visits - i.visits_now), saved.visits);
		assert.equal(sum((i) => i.fields) - list.typed, saved.fields);
		assert.equal((await w.http('GET', `/api/v1/applications/${done}/saving`, { who: 'clara' })).status, 403);
	});

	await test('how long departments take: counted with each decision, recounted from the histories, told in the guide', async () => {
		await w.account('oscar', 'operator');
		for (let i = 0; i < 3; i++)
			await w.finished('anna', (await w.accepted('anna', birth())).number);
		const decided = {};
		for (const { number: one } of (await w.http('GET', '/api/v1/applications', { who: 'anna' })).json.applications)
			for (const e of await w.history('anna', one))
				if (e.took !== undefined) {
					assert.ok(['approved', 'refused'].includes(e.what));
					assert.equal(e.took, '0', 'on the same day');
					decided[e.department] = (decided[e.department] || 0) + 1;
				}
		const rows = (await w.http('GET', '/api/v1/statistics?by=department', { who: 'oscar' })).json.rows;
		for (const [department, n] of Object.entries(decided))
			assert.deepEqual(rows.find((r) => r.group === department).took, { n, nine_of_ten: 0 }, department);
		await w.verify();
		assert.match((await page('/events/birth')).text, new RegExp(`十件里有九件当天有结果（共 ${decided.health} 件）`));
		w.sql(`UPDATE counter SET value = value + 1 WHERE measure = 'took_0' AND department = 'health'`);
		const told = await w.run('verify');
		assert.equal(told.status, 1);
		assert.match(told.stdout, /health took_0: the counter says \d+, the histories \d+/);
	});

	await w.stop();
});
