# SPDX-License-Identifier: MIT OR Apache-2.0
#
# make TARGET=t spec-test SPEC=FOLDER: the specification's tests on a board, by the engine of its own
# image. The board's objects are linked once more with the tests, as convert.py wrote them, and with a
# program that runs them (board.c) in the place of the agents' service.

ifneq ($(and $(filter spec-test,$(MAKECMDGOALS)),$(filter spec-test,$(image_goals))),)

S := $(B)/spec-test
spec_board_objects := $(patsubst %,$(S)/obj/%.o,board script runner embedded)
spec_board_flags = $(filter-out -fcallgraph-info=su,$(code_flags))

ifeq ($(filter services/wasm/%,$(SOURCES)),)
$(if $(SOURCES),$(error $(TARGET) has no agents and so no WebAssembly engine: `make explain KEY=services.cells TARGET=$(TARGET)`))
endif

$(S)/obj/%.o: tests/spec/%.c $(B)/compile tests/spec/board.mk | $(B)/gen/.rendered
	$(call step,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(spec_board_flags) -MMD -MP -c $< -o $@

$(S)/obj/embedded.o: tests/spec/embedded.S $(spec_script) $(B)/compile
	$(call step,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(spec_board_flags) -DSCRIPT='"$(spec_script)"' -c $< -o $@

-include $(spec_board_objects:.o=.d)

$(S)/ranvier.elf: $(objects) $(spec_board_objects) $(B)/gen/link.ld $(B)/link
	$(call step,LINK,$@)
	$(Q)$(subst $(B)/ranvier.map,$(S)/ranvier.map,$(link)) $(spec_board_objects) $(link_libraries) \
	  -Wl,--wrap=shell_main -Wl,--wrap=cells_main -o $@

# Not what lies far away, which no board boots from a raw image.
$(S)/ranvier.bin: $(S)/ranvier.elf
	$(Q)$(CROSS)objcopy -O binary --remove-section .far_constants $< $@

spec-test: $(S)/ranvier.elf $(addprefix $(S)/ranvier.,$(FORMATS))
	$(Q)cp $(B)/model.json $(S)/
	$(Q)tests/spec/board_test.py $(TARGET)

endif
