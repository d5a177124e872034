/* A department's answer, whatever it is: read, judged, and never a success that is not whole. The first byte is
 * what was asked, the second the status. */
#include <stdlib.h>
#include <string.h>

#include "rules/ending.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int statuses[] = { 0, 200, 200, 200, 202, 204, 301, 400, 401, 404, 409, 422, 429, 500, 503, 599 };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct output outputs[] = { { .name = "number", .type = TYPE_TEXT } };
	struct ending ending;
	struct answer answer = { .sent = true, .type = "application/json" };
	enum ending_purpose purpose;
	char *body;

	if (size < 2 || !(body = malloc(size - 1)))
		return 0;
	purpose = (enum ending_purpose)(data[0] % (ENDING_OF_LATER + 1));
	answer.complete = data[0] < 128;
	answer.status = statuses[data[1] % 16];
	answer.length = size - 2;
	memcpy(body, data + 2, size - 2);
	body[size - 2] = '\0';
	answer.body = body;
	ending_judge(purpose, &answer, outputs, 1, &ending);
	if (purpose != ENDING_OF_CALLBACK && purpose != ENDING_OF_UNDO_CALLBACK) {
		must(ending.kind != ENDING_APPROVED || (answer.complete && answer.status == 200));
		must(ending.kind != ENDING_PENDING || (answer.complete && answer.status == 202));
		must(ending.kind != ENDING_NOT_RECEIVED || answer.status == 404);
	}
	must(ending.kind != ENDING_APPROVED || purpose == ENDING_OF_LATER || ending.receipt);
	must(ending.kind != ENDING_REJECTED || ending.reason);
	must((ending.outputs != NULL) <= (ending.kind == ENDING_APPROVED || ending.kind == ENDING_FOUND));
	ending_free(&ending);
	free(body);
	return 0;
}
