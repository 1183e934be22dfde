// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names of livepatch symbols, .klp.sym.OBJECT.NAME,POSITION, taken apart as the kernel will
 * (klp_resolve_symbols() of kernel/livepatch/core.c).
 */
#include <string.h>

#include <klp/klp-name.h>
#include <klp/text.h>

const char *klp_name_check_object(const char *object, size_t len)
{
	if (!len)
		return "the object name is empty";
	if (len > KLP_OBJECT_MAX)
		return "the object name has more than 55 characters";
	for (size_t i = 0; i < len; i++) {
		if (object[i] == '.')
			return "the object name has a dot";
		if (object[i] == '-')
			return "the object name has a '-', which the kernel writes as '_'";
	}
	return NULL;
}

static const char *parse_position(const char *s, uint64_t *pos)
{
	uint64_t v = 0;

	if (!*s)
		return "the position after the comma is missing";
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return strchr(s, ',') ? "the symbol name has a comma"
					      : "the position is not a decimal number";
		if (v > (UINT64_MAX - 9) / 10)
			return "the position is too large";
		v = v * 10 + (uint64_t)(*s - '0');
	}
	*pos = v;
	return NULL;
}

const char *klp_name_parse(const char *symbol, struct klp_sym_name *out)
{
	const char *object = symbol + strlen(KLP_SYM_PREFIX), *dot, *comma, *bad;

	if (!starts_with(symbol, KLP_SYM_PREFIX))
		return "the name does not begin with .klp.sym.";
	dot = strchr(object, '.');
	if (!dot)
		return "there is no dot between object and symbol name";
	bad = klp_name_check_object(object, (size_t)(dot - object));
	if (bad)
		return bad;
	comma = strchr(dot, ',');
	if (!comma)
		return "the comma and position are missing";

	memcpy(out->object, object, (size_t)(dot - object));
	out->object[dot - object] = '\0';
	out->name = dot + 1;
	out->name_len = (size_t)(comma - out->name);
	if (!out->name_len)
		return "the symbol name is empty";
	if (out->name_len > KLP_NAME_MAX)
		return "the symbol name has more than 511 characters";
	return parse_position(comma + 1, &out->pos);
}
