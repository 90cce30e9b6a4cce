# Unit tests of PPP in user space.
PPP_UNIT_TESTS := $(addprefix $(B)/tests/unit/test_ppp_,frame automaton link alive challenge hostile settings packet passage too_big fragment resizer echo codel congestion_mark flow_hash flow_queue flow_queue_turns rota trace way_back window window_back window_bounds window_line window_trial line)
# A network of its own, which needs root.
$(B)/tests/unit/test_ppp_resizer: $(B)/tests/unit/netns.o
# A line that is made up, under the window.
$(B)/tests/unit/test_ppp_window_line: $(addprefix $(B)/tests/unit/,line_add.o line_cells.o line_ways.o line_model.o line_model_flow.o line_model_line.o line_model_result.o line_outcome.o line_trace.o)
$(B)/tests/unit/test_ppp_window_line: AGENT_LDLIBS += -lm
$(PPP_UNIT_TESTS): %: %.o $(B)/tests/unit/ppp_ends.o $(PPP_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(AGENT_LDLIBS)
