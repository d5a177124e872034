#include "http/refusal.h"

const struct refusal refusal_malformed = { 400, "not-readable", "请求不合 HTTP 规范", true };
const struct refusal refusal_bad_target = { 400, "not-readable", "请求地址的写法不正确", true };
const struct refusal refusal_unknown_path = { 404, "not-found", "没有找到", false };
const struct refusal refusal_method = { 405, "method-not-allowed", "这个地址不接受这种请求方法", false };
const struct refusal refusal_body = { 413, "too-large", "请求内容太大", true };
const struct refusal refusal_long_target = { 414, "address-too-long", "请求地址太长", true };
const struct refusal refusal_body_type = { 415, "media-type", "请求内容的类型（Content-Type）不被接受",
	false };
const struct refusal refusal_expectation = { 417, "expectation", "只支持 Expect: 100-continue", true };
const struct refusal refusal_headers = { 431, "headers-too-large", "请求头太多或太长", true };
const struct refusal refusal_busy = { 503, "busy", "系统繁忙，请稍后再试", false };
const struct refusal refusal_full = { 503, "busy", "系统繁忙，请稍后再试", true };
