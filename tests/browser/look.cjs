/* look.cjs ORIGIN [NAME…]: the pages of a node that runs, as the suite looks at them: what is wrong, and
 * pictures into YJS_PICTURES. For who writes a page. */
'use strict';
const { launch, ways, look } = require('./browser.cjs');
const { pages } = require('./list.cjs');

(async () => {
	const [origin, ...names] = process.argv.slice(2);
	const browser = await launch();
	for (const what of pages.filter((p) => !names.length || names.includes(p.name)))
		for (const way of ways) {
			const { wrong, bytes } = await look(browser, origin, what, way);
			console.log(`${what.name} ${way.name}: ${wrong.length ? wrong.join('\n    ') : 'fine'} ${JSON.stringify(bytes)}`);
		}
	await browser.close();
})();
