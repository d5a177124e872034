/* forger.cjs: somebody without a secret, who tells results of departments; all he knows are the keys. */
'use strict';
const http = require('node:http');
const { sign, sleep } = require('../api/harness.cjs');
const { now } = require('../kill/wire.cjs');

const patience = 60000; /* ms until departments have something under way */

class Forger {
	constructor(world, random) {
		Object.assign(this, { world, random });
		this.told = [];
	}

	/* Refuse what departments have under way, so many times. */
	async tell(times) {
		const end = now() + patience;
		while (this.told.length < times && now() < end) {
			const calls = this.world.front.calls.filter((c) => !c.back && c.key && c.kind === 'forward');
			const call = calls[Math.floor(this.random() * calls.length)];
			if (call)
				this.told.push({ key: call.key, status: await this.post(call) });
			await sleep(30);
		}
	}

	post({ department, key }) {
		const target = `/api/v1/departments/${department}/results`;
		const body = JSON.stringify({ key, state: 'rejected', result_id: 'F-1', reason: '不予办理' });
		const signed = sign('not the secret', { direction: 'in', method: 'POST', target, timestamp: Math.floor(Date.now() / 1000), body });
		return new Promise((done) => {
			const x = http.request({ host: '127.0.0.1', port: this.world.port, method: 'POST', path: target, agent: false,
				headers: { 'Content-Type': 'application/json', ...signed } }, (told) => {
				told.resume();
				told.on('end', () => done(told.statusCode));
			});
			x.on('error', () => done(503));
			x.end(body);
		});
	}
}

module.exports = { Forger };
