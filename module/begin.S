/* SPDX-License-Identifier: GPL-2.0-or-later */
/* First object of the link: where the entries of .init.klp_objects and __klp_writes begin. */
	.section .init.klp_objects, "aw", %progbits
	.balign 8
	.globl __klp_module_objects_begin
	.hidden __klp_module_objects_begin
__klp_module_objects_begin:

	.section __klp_writes, "aw", %progbits
	.balign 8
	.globl __klp_module_writes_begin
	.hidden __klp_module_writes_begin
__klp_module_writes_begin:

	.section .note.GNU-stack, "", %progbits
