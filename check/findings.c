// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check: the table of all findings (identifier, and what the kernel would do), and their
 * record for people and programs.
 */
#include <stdarg.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/json.h>
#include <klp/outfile.h>

/* By identifier; doc/klp-check.1 has the same list, and tests/cases/check-findings compares. */
static const struct {
	const char *id;		/* stable, kebab-case */
	const char *effect;	/* "the kernel would …" */
} kinds[] = {
	{ "alias", "who calls or uses it by that name would go on with another one" },
	{ "alignment", "code or data that needs more would fault or be slow" },
	{ "anchor", "the copy would use what is somewhere near in place of an object" },
	{ "boot-code", "the copy would lack what the kernel writes into the original at boot" },
	{ "branch-into-middle", "the loader's stub would enter the function at its begin" },
	{ "branch-to-original", "the copy would call the old code" },
	{ "bytes", "the copy would do something else than the patch says" },
	{ "call-without-nop", "the loader would refuse the module, or the caller go on with a wrong r2" },
	{ "change-missing", "the change would not be made" },
	{ "changed-in-kernel", "the kernel would go on using its old contents" },
	{ "copy-without-name", "two copies of one object could come into being" },
	{ "crc", "the loader would refuse the module: it disagrees about the version of a symbol" },
	{ "entered-inside", "who enters the function there would go on in the old code" },
	{ "entry-bytes", "the kernel would treat the place in another way than the patch says" },
	{ "entry-end", "the kernel would take a wrong number of bytes as the replacement" },
	{ "entry-extra", "the kernel would change or judge a place that the patch does not name" },
	{ "entry-form", "the kernel would read entries that do not exist" },
	{ "entry-missing", "the kernel would not know of the place: no fixup, no patching, no report" },
	{ "entry-order", "the kernel would put another one of several alternatives in place" },
	{ "entry-relocations", "the kernel would apply the entry to another place" },
	{ "entry-symbol", "nothing in the kernel: people would be shown another entry" },
	{ "extra-relocation", "the loader would overwrite an instruction or data" },
	{ "field", "the loader would refuse the module, or add to what stands there" },
	{ "freed", "the kernel would not find the symbol, or use memory that is something else by now" },
	{ "kcfi", "an indirect call of the function would trap" },
	{ "kept-kind", "the copy would fault when writing, or use what was freed or another CPU's" },
	{ "kind", "the kernel would run data, or read code as data" },
	{ "klp-func", "the kernel would refuse the patch, or redirect to no function" },
	{ "klp-func-empty", "the kernel would run what stands behind it" },
	{ "klp-func-new", "the kernel would refuse the patch: it has no such function" },
	{ "klp-func-pair", "the kernel would run another function's code" },
	{ "klp-func-twice", "the kernel would redirect to one of the two, as chance has it" },
	{ "klp-mixed", "the kernel would refuse the module, or relocate it before the symbol is there" },
	{ "klp-object", "the kernel would refuse the patch, or patch another object" },
	{ "klp-ordinary", "the loader would take the symbol for 0" },
	{ "klp-rela", "the kernel would refuse the module, or apply the relocations to another place" },
	{ "klp-reloc-form", "the module could not be finished, or would be relocated wrongly" },
	{ "klp-reloc-twice", "the second relocation would overwrite the first" },
	{ "klp-relocs", "the module could not be finished by klp post-link" },
	{ "klp-symbol", "the kernel would not find the symbol, and refuse the module" },
	{ "klp-unused", "a relocation that needed it is missing, and its place would stay as it is" },
	{ "klp-write", "the kernel's data would get another value than the patch means" },
	{ "label", "kallsyms would show a name that is none" },
	{ "late-in-code", "the kernel would fault on writing to what is read-only by then" },
	{ "layout", "the copy would read and write the wrong bytes of objects that exist" },
	{ "left-over", "the loader would refuse the module, or leave places at 0" },
	{ "loader", "the module loader would refuse the module, or leave the place as it is" },
	{ "local-as-export", "the reference would be bound to another symbol of that name" },
	{ "local-entry", "callers in the module would enter with a wrong r12, so that r2 is wrong" },
	{ "machine-flags", "the linker or the loader would refuse it, or mix two ABIs" },
	{ "modinfo", "the loader would refuse the module, or its builds could not be told" },
	{ "module-section", "the loader would refuse the module" },
	{ "namespace", "the loader would refuse the module, or warn" },
	{ "no-counterpart", "the module would have code or data that the patch does not" },
	{ "no-landing-pad", "an indirect call by the pointer would trap" },
	{ "no-patch", "the kernel would load the module and change nothing" },
	{ "no-relocation", "the place would hold a number that means nothing in the module" },
	{ "not-applied", "the kernel would never apply these relocations, and the places would stay 0" },
	{ "not-exported", "the loader would refuse the module: an unknown symbol" },
	{ "not-in-kernel", "the kernel would not find the symbol, and refuse the module" },
	{ "not-livepatch", "the kernel would refuse the patch, and the symbols stay unresolved" },
	{ "not-redirected", "the kernel would go on running the old function" },
	{ "not-registered", "who goes through the section would not find it" },
	{ "not-repeatable", "the value would be wrong when the module is loaded a second time" },
	{ "not-traceable", "the kernel would refuse the patch: there is no ftrace location" },
	{ "object-copied", "module and kernel would each use an object of their own" },
	{ "orc", "stack traces through the function would be wrong, and a transition may be, too" },
	{ "orc-form", "the unwinder would refuse the module's tables, or read past them" },
	{ "original-differs", "the kernel would replace another function than the patch was made for" },
	{ "other-build", "symbols could be others in this build, and the module refuses to load" },
	{ "out-of-reach", "the loader would refuse the module, or cut the address off" },
	{ "pointer-to-copy", "the pointer would lead into freed memory once the module is gone" },
	{ "position", "the kernel would bind another symbol of that name, or refuse the module" },
	{ "range", "the loader would write behind the section" },
	{ "reach", "the loader would refuse the module, or cut the address off" },
	{ "replacement-outside", "the kernel would put freed memory or other code in place of the copy's" },
	{ "sealed", "a call through the pointer would trap" },
	{ "section-kind", "the kernel would fault on writing or running it, or map it writable" },
	{ "sframe", "stack traces through the function would be wrong, and a transition may be, too" },
	{ "sframe-form", "the unwinder would refuse the module's tables, or read past them" },
	{ "short", "code or data behind it would be taken for its rest" },
	{ "sibling-call", "the caller's caller would go on with a wrong r2" },
	{ "size", "kallsyms and stack traces would name the wrong function" },
	{ "static-call-key", "the kernel would refuse the module: objtool takes the trampoline for the key" },
	{ "symbol-form", "the loader would bind it to another symbol, or enter it at another place" },
	{ "symbol-unused", "the loader would refuse the module for a symbol that it does not need" },
	{ "target", "the copy would call, read or write something else" },
	{ "target-other", "the copy would use another function's variable of that name" },
	{ "target-outside", "the copy would read or write what is behind the object" },
	{ "tombstone", "the place would stay 0: a jump to nowhere, or a null pointer" },
	{ "too-late", "the kernel would use the place before its relocation is applied" },
	{ "trace-entry", "the kernel would write a call over an instruction" },
	{ "type", "the loader would write another kind of address" },
	{ "undeclared-dependency", "the patched module could not be loaded unless another one is by chance" },
	{ "unexplained", "the module would have bytes that no one wrote" },
	{ "untraced-call", "the call would stay in the function, and be made each time" },
	{ "unused", "the copy would never run" },
	{ "vermagic", "the loader would refuse the module" },
	{ "weak", "a symbol that is missing would be taken for 0 instead of refused" },
};

static const char *effect_of(const char *id)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].id, id))
			return kinds[i].effect;
	return NULL;
}

void klp_check_finding(struct diag *diag, const struct diag_where *where, const char *id,
		       const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(diag->arena, fmt, ap);
	va_end(ap);
	diag_error(diag, where, id, "%s", text);
	diag->items[diag->nr_items - 1].effect = effect_of(id);
}

void klp_check_adopt(struct diag_item *item)
{
	if (item->severity == DIAG_ERROR)
		item->effect = effect_of(item->code);
}

/* ---- for programs ---- */

static void put_items(struct json *j, const char *key, const struct diag *diag, bool findings)
{
	json_begin(j, key, '[');
	for (size_t i = 0; i < diag->nr_items; i++)
		if (diag->items[i].severity == DIAG_ERROR && !diag->items[i].effect == !findings)
			json_diag(j, &diag->items[i], false);
	json_end(j, ']');
}

int klp_check_write_json(const char *path, bool complete, const char *version,
			 struct outfile *file, const struct diag *diag)
{
	struct json j = { .arena = diag->arena };
	bool clean = !diag->nr_errors;

	json_begin(&j, NULL, '{');
	json_string(&j, "format", "klp-check");
	json_uint(&j, "version", KLP_CHECK_JSON_VERSION);
	json_string(&j, "klp", version);
	json_string(&j, "file", path);
	json_string(&j, "result", !complete ? "failed" : clean ? "clean" : "findings");
	put_items(&j, "findings", diag, true);
	put_items(&j, "errors", diag, false);
	json_end(&j, '}');
	return outfile_write(file, j.text, j.size);
}
