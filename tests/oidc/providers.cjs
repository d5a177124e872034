/* providers.cjs: two independent OpenID providers on free loopback ports.
 *
 *   certified   npm oidc-provider: keeps its own rules (PKCE, single codes, redirect addresses, RFC 9207)
 *   pliant      npm oauth2-mock-server: signs whatever a test wants it to
 *
 * Who sits at the keyboard is `person`: {sub, name, id_no, amr}; null: he says no.
 */
'use strict';
const { createRequire } = require('node:module');
const crypto = require('node:crypto');
const http = require('node:http');
const { pathToFileURL } = require('node:url');

const load = (name) => import(pathToFileURL(createRequire(__filename).resolve(name)));

/* Whoever comes back after a few seconds on a busy machine finds his connection open. */
const listen = (server, port = 0) => new Promise((done) => {
	server.keepAliveTimeout = 60000;
	server.listen(port, '127.0.0.1', () => done(server.address().port));
});

class Certified {
	static async start(clients, port) {
		const p = new Certified();
		const { default: Provider } = await load('oidc-provider');
		p.issuer = `http://127.0.0.1:${port}`;
		p.requests = [];
		p.op = new Provider(p.issuer, {
			clients,
			claims: { openid: ['sub', 'amr'], profile: ['name', 'id_no', 'yijianshi_role', 'yijianshi_department', 'yijianshi_divisions'] },
			findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...p.known.get(sub), sub }) }),
			features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
			pkce: { required: () => true },
			interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
			cookies: { keys: ['of the test'] },
			ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 600, AccessToken: 600, AuthorizationCode: 60 },
		});
		p.known = new Map();
		const callback = p.op.callback();
		p.server = http.createServer((x, answer) => {
			p.requests.push(x.url);
			if (x.url.startsWith('/interaction/'))
				p.interact(x, answer).catch((error) => answer.writeHead(500).end(String(error)));
			else
				callback(x, answer);
		});
		await listen(p.server, port);
		return p;
	}

	/* The page where he types his password, without the page. */
	async interact(x, answer) {
		const { params } = await this.op.interactionDetails(x, answer);
		if (!this.person)
			return this.op.interactionFinished(x, answer, { error: 'access_denied', error_description: 'he said no' });
		const { sub, amr, acr, typed } = this.person;
		this.known.set(sub, this.person);
		const grant = new this.op.Grant({ accountId: sub, clientId: params.client_id });
		grant.addOIDCScope(params.scope);
		const consent = { grantId: await grant.save() };
		return this.op.interactionFinished(x, answer, { login: { accountId: sub, amr, acr, ...(typed ? { ts: typed } : {}) }, consent });
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

class Pliant {
	static async start(port) {
		const p = new Pliant();
		const { OAuth2Server } = await load('oauth2-mock-server');
		p.server = new OAuth2Server();
		await p.server.issuer.keys.generate('RS256', { kid: 'first' });
		await p.server.start(port, '127.0.0.1');
		p.issuer = p.server.issuer.url = `http://127.0.0.1:${port}`;
		p.change = () => {};
		/* Access tokens are signed too: only what goes to a client is changed. */
		p.server.service.on('beforeTokenSigning', (token) => {
			if (!token.payload.nonce)
				return;
			Object.assign(token.payload, { auth_time: Math.floor(Date.now() / 1000), ...p.person });
			p.change(token);
		});
		p.server.service.on('beforeResponse', (answer) => p.answer?.(answer));
		p.server.service.on('beforeUserinfo', (answer) => {
			answer.body = { sub: p.person.sub, ...p.userinfo };
		});
		return p;
	}

	stop() {
		return this.server.stop();
	}
}

/* A compact JWS of any header and payload. */
function jws(header, payload, sign) {
	const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
	const head = `${part(header)}.${part(payload)}`;
	return `${head}.${sign ? Buffer.from(sign(head)).toString('base64url') : ''}`;
}

const read = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

module.exports = { Certified, crypto, jws, listen, Pliant, read };
