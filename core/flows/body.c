#include "flows/body.h"

#include "base/json.h"
#include "http/http.h"

enum { CEILING = 8192 };

json_t *
body_object(struct http_exchange *x, size_t ceiling)
{
	struct error why = { 0 };
	size_t length;
	const char *bytes = http_body(x, &length);
	json_t *body = NULL;

	if (json_is_crowded(bytes, length))
		error_set(&why, ERROR_INPUT, "JSON of more than %d objects and lists", JSON_CROWD);
	else
		body = json_read(bytes, length, ceiling, &why);
	if (json_is_object(body))
		return body;
	json_decref(body);
	http_problem(x, 400, "not-readable", "内容无法读取", why.kind ? why.text : "请求的内容应是一个 JSON 对象。", NULL);
	return NULL;
}

int
body_refuse(struct http_exchange *x, json_t *errors_take)
{
	http_problem(x, 422, "not-acceptable", "有内容需要改正", "请按下面的提示改正后再提交。", errors_take);
	return -1;
}

int
body_refuse_field(struct http_exchange *x, const char *pointer, const char *code, const char *message)
{
	return body_refuse(x, json_pack("[{s:s, s:s, s:s}]", "pointer", pointer, "code", code, "message", message));
}

json_t *
body_texts(struct http_exchange *x, const char *const *names, size_t n, size_t needed)
{
	struct error why = { 0 };
	size_t length, there = 0;
	const char *body = http_body(x, &length);
	json_t *o = json_read(body, length, CEILING, &why);
	bool good = json_is_object(o);

	for (size_t i = 0; i < n && good; i++) {
		const json_t *member = json_object_get(o, names[i]);

		there += member != NULL;
		good = member ? json_is_string(member) : i >= needed;
	}
	if (good && there == json_object_size(o))
		return o;
	json_decref(o);
	http_problem(x, 400, "not-readable", "请求看不懂", "内容应当是一个 JSON 对象,只有说明里写的那几项文字。", NULL);
	return NULL;
}
