#include "rules/codes.h"

#include <string.h>

static const struct code ethnic_groups[] = {
	{ "01", "汉族" }, { "02", "蒙古族" }, { "03", "回族" }, { "04", "藏族" },
	{ "05", "维吾尔族" }, { "06", "苗族" }, { "07", "彝族" }, { "08", "壮族" },
	{ "09", "布依族" }, { "10", "朝鲜族" }, { "11", "满族" }, { "12", "侗族" },
	{ "13", "瑶族" }, { "14", "白族" }, { "15", "土家族" }, { "16", "哈尼族" },
	{ "17", "哈萨克族" }, { "18", "傣族" }, { "19", "黎族" }, { "20", "傈僳族" },
	{ "21", "佤族" }, { "22", "畲族" }, { "23", "高山族" }, { "24", "拉祜族" },
	{ "25", "水族" }, { "26", "东乡族" }, { "27", "纳西族" }, { "28", "景颇族" },
	{ "29", "柯尔克孜族" }, { "30", "土族" }, { "31", "达斡尔族" }, { "32", "仫佬族" },
	{ "33", "羌族" }, { "34", "布朗族" }, { "35", "撒拉族" }, { "36", "毛南族" },
	{ "37", "仡佬族" }, { "38", "锡伯族" }, { "39", "阿昌族" }, { "40", "普米族" },
	{ "41", "塔吉克族" }, { "42", "怒族" }, { "43", "乌孜别克族" }, { "44", "俄罗斯族" },
	{ "45", "鄂温克族" }, { "46", "德昂族" }, { "47", "保安族" }, { "48", "裕固族" },
	{ "49", "京族" }, { "50", "塔塔尔族" }, { "51", "独龙族" }, { "52", "鄂伦春族" },
	{ "53", "赫哲族" }, { "54", "门巴族" }, { "55", "珞巴族" }, { "56", "基诺族" },
	{ "97", "其他" }, { "98", "外国血统中国籍人士" }, { NULL, NULL }
};

static const struct code relations[] = {
	{ "0", "本人或户主" }, { "1", "配偶" }, { "2", "子" }, { "3", "女" }, { "4", "孙辈" },
	{ "5", "父母" }, { "6", "祖父母" }, { "7", "兄弟姐妹" }, { "8", "其他" },
	{ "01", "本人" }, { "02", "户主" }, { "10", "配偶" }, { "11", "夫" }, { "12", "妻" },
	{ "20", "子" }, { "21", "独生子" }, { "22", "长子" }, { "23", "次子" }, { "24", "三子" },
	{ "25", "四子" }, { "26", "五子" }, { "27", "养子或继子" }, { "28", "女婿" },
	{ "29", "其他儿子" }, { "30", "女" }, { "31", "独生女" }, { "32", "长女" },
	{ "33", "次女" }, { "34", "三女" }, { "35", "四女" }, { "36", "五女" },
	{ "37", "养女或继女" }, { "38", "儿媳" }, { "39", "其他女儿" }, { "40", "孙辈" },
	{ "41", "孙子" }, { "42", "孙女" }, { "43", "外孙子" }, { "44", "外孙女" },
	{ "45", "孙媳" }, { "46", "孙女婿" }, { "47", "曾孙" }, { "48", "曾孙女" },
	{ "49", "其他孙辈" }, { "50", "父母" }, { "51", "父亲" }, { "52", "母亲" },
	{ "53", "公公" }, { "54", "婆婆" }, { "55", "岳父" }, { "56", "岳母" },
	{ "57", "继父或养父" }, { "58", "继母或养母" }, { "59", "其他父母" }, { "60", "祖父母" },
	{ "61", "祖父" }, { "62", "祖母" }, { "63", "外祖父" }, { "64", "外祖母" },
	{ "65", "配偶的祖父母" }, { "66", "曾祖父" }, { "67", "曾祖母" },
	{ "68", "配偶的曾祖父母" }, { "69", "其他" }, { "70", "兄弟姐妹" }, { "71", "兄" },
	{ "72", "嫂" }, { "73", "弟" }, { "74", "弟媳" }, { "75", "姐" }, { "76", "姐夫" },
	{ "77", "妹" }, { "78", "妹夫" }, { "79", "其他" }, { "80", "其他亲属" },
	{ "81", "伯父" }, { "82", "伯母" }, { "83", "叔父" }, { "84", "婶母" }, { "85", "舅父" },
	{ "86", "舅母" }, { "87", "姨父" }, { "88", "姨母" }, { "89", "姑父" }, { "90", "姑母" },
	{ "91", "堂兄弟姐妹" }, { "92", "表兄弟姐妹" }, { "93", "侄子" }, { "94", "侄女" },
	{ "95", "外甥" }, { "96", "外甥女" }, { "97", "其他亲属" }, { "99", "非亲属" }, { NULL, NULL }
};

static const struct code sexes[] = {
	{ "0", "未知的性别" }, { "1", "男" }, { "2", "女" }, { "9", "未说明的性别" }, { NULL, NULL }
};

static const struct code marital_statuses[] = {
	{ "10", "未婚" }, { "20", "已婚" }, { "21", "初婚" }, { "22", "再婚" }, { "23", "复婚" },
	{ "30", "丧偶" }, { "40", "离婚" }, { "90", "未说明的婚姻状况" }, { NULL, NULL }
};

/* 通用规范汉字表 (2013) lies in the ordinary block and extension A but for these 196. */
static const uint32_t rare[] = {
	0x20164, 0x20676, 0x20CD0, 0x2139A, 0x21413, 0x235CB, 0x23C97, 0x23C98, 0x23E23, 0x249DB,
	0x24A7D, 0x24AC9, 0x25532, 0x25562, 0x255A8, 0x25ED7, 0x26221, 0x2648D, 0x26676, 0x2677C,
	0x26B5C, 0x26C21, 0x27FF9, 0x28408, 0x28678, 0x28695, 0x287E0, 0x28B49, 0x28C47, 0x28C4F,
	0x28C51, 0x28C54, 0x28E99, 0x29F7E, 0x29F83, 0x29F8C, 0x2A7DD, 0x2A8FB, 0x2A917, 0x2AA30,
	0x2AA36, 0x2AA58, 0x2AFA2, 0x2B127, 0x2B128, 0x2B137, 0x2B138, 0x2B1ED, 0x2B300, 0x2B363,
	0x2B36F, 0x2B372, 0x2B37D, 0x2B404, 0x2B410, 0x2B413, 0x2B461, 0x2B4E7, 0x2B4EF, 0x2B4F6,
	0x2B4F9, 0x2B50D, 0x2B50E, 0x2B536, 0x2B5AE, 0x2B5AF, 0x2B5B3, 0x2B5E7, 0x2B5F4, 0x2B61C,
	0x2B61D, 0x2B626, 0x2B627, 0x2B628, 0x2B62A, 0x2B62C, 0x2B695, 0x2B696, 0x2B6AD, 0x2B6ED,
	0x2B7A9, 0x2B7C5, 0x2B7E6, 0x2B7F9, 0x2B7FC, 0x2B806, 0x2B80A, 0x2B81C, 0x2B8B8, 0x2BAC7,
	0x2BB5F, 0x2BB62, 0x2BB7C, 0x2BB83, 0x2BC1B, 0x2BD77, 0x2BD87, 0x2BDF7, 0x2BE29, 0x2C029,
	0x2C02A, 0x2C0A9, 0x2C0CA, 0x2C1D5, 0x2C1D9, 0x2C1F9, 0x2C27C, 0x2C288, 0x2C2A4, 0x2C317,
	0x2C35B, 0x2C361, 0x2C364, 0x2C488, 0x2C494, 0x2C497, 0x2C542, 0x2C613, 0x2C618, 0x2C621,
	0x2C629, 0x2C62B, 0x2C62C, 0x2C62D, 0x2C62F, 0x2C642, 0x2C64A, 0x2C64B, 0x2C72C, 0x2C72F,
	0x2C79F, 0x2C7C1, 0x2C7FD, 0x2C8D9, 0x2C8DE, 0x2C8E1, 0x2C8F3, 0x2C907, 0x2C90A, 0x2C91D,
	0x2CA02, 0x2CA0E, 0x2CA7D, 0x2CAA9, 0x2CB29, 0x2CB2D, 0x2CB2E, 0x2CB31, 0x2CB38, 0x2CB39,
	0x2CB3B, 0x2CB3F, 0x2CB41, 0x2CB4A, 0x2CB4E, 0x2CB5A, 0x2CB5B, 0x2CB64, 0x2CB69, 0x2CB6C,
	0x2CB6F, 0x2CB73, 0x2CB76, 0x2CB78, 0x2CB7C, 0x2CBB1, 0x2CBBF, 0x2CBC0, 0x2CBCE, 0x2CC56,
	0x2CC5F, 0x2CCF5, 0x2CCF6, 0x2CCFD, 0x2CCFF, 0x2CD02, 0x2CD03, 0x2CD0A, 0x2CD8B, 0x2CD8D,
	0x2CD8F, 0x2CD90, 0x2CD9F, 0x2CDA0, 0x2CDA8, 0x2CDAD, 0x2CDAE, 0x2CDD5, 0x2CE18, 0x2CE1A,
	0x2CE23, 0x2CE26, 0x2CE2A, 0x2CE7C, 0x2CE88, 0x2CE93
};

const struct code *
codes_of(enum question_type type)
{
	switch (type) {
	case TYPE_ETHNIC_GROUP:
		return ethnic_groups;
	case TYPE_HOUSEHOLD_RELATION:
		return relations;
	case TYPE_SEX:
		return sexes;
	case TYPE_MARITAL_STATUS:
		return marital_statuses;
	default:
		return NULL;
	}
}

const char *
codes_name(enum question_type type, const char *code)
{
	const struct code *c = codes_of(type);

	for (; c && c->code; c++)
		if (strcmp(c->code, code) == 0)
			return c->name;
	return NULL;
}

bool
codes_name_character(uint32_t character)
{
	size_t low = 0, high = sizeof rare / sizeof *rare;

	if (character >= 0x4E00 && character <= 0x9FFF)
		return true;
	if (character >= 0x3400 && character <= 0x4DBF)
		return true;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (rare[middle] == character)
			return true;
		if (rare[middle] < character)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
