//! The conformance suite: what every engine must do.
//!
//! A new engine implements [`Engine`](crate::engine::Engine) and gets a line at the end of this file.

mod appending;
mod capacity;
mod circles;
mod closing;
mod model;
mod rooms;
mod texts;

macro_rules! suite {
    ($engine:ident: $($module:ident { $($test:ident),* $(,)? })*) => {
        $(mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::super::$module::$test::<crate::engine::$engine>().await;
                }
            )*
        })*

        #[test]
        fn the_journal_agrees_with_its_model() {
            super::model::the_journal_agrees_with_its_model::<crate::engine::$engine>();
        }
    };
}

macro_rules! conformance {
    ($module:ident, $engine:ident) => {
        mod $module {
            suite! { $engine:
                appending {
                    appended_rows_are_read_in_order_from_any_place,
                    of_two_batches_for_one_head_only_one_is_written,
                    a_room_that_was_never_opened_accepts_no_later_rows,
                    a_batch_that_breaks_the_contract_is_refused_and_writes_nothing,
                    a_text_id_in_use_fails_its_own_batch_only,
                    concurrent_rooms_each_keep_their_order,
                    of_many_concurrent_batches_for_one_head_exactly_one_is_written,
                    errors_and_debug_output_contain_no_texts_or_keys,
                    an_append_is_carried_out_even_if_its_future_is_dropped,
                }
                capacity {
                    a_batch_that_does_not_fit_changes_nothing_and_smaller_ones_are_appended,
                    a_batch_that_does_not_fit_fails_alone,
                    erasing_frees_space,
                }
                circles {
                    a_circle_is_read_as_it_was_created,
                    optional_fields_of_a_circle_stay_empty,
                    the_time_of_the_next_session_is_set_and_cleared_for_one_circle_only,
                    a_circle_is_not_created_twice,
                    a_circle_with_two_links_of_one_kind_is_refused,
                    of_a_deleted_circle_nothing_stays,
                }
                closing {
                    contents_survive_reopening,
                    different_journals_have_different_epochs,
                    a_closed_journal_refuses_every_call,
                }
                rooms {
                    a_circle_has_one_live_room_and_may_open_another_after_it_ended,
                    due_rooms_are_listed_earliest_first,
                    a_bar_stays_with_its_name_until_it_is_lifted,
                    a_bar_copies_its_name_even_from_a_text_erased_with_it,
                    only_the_newest_snapshot_is_kept,
                }
                texts {
                    texts_are_found_by_id_unless_they_were_erased,
                    of_a_room_erased_as_a_whole_only_its_head_stays,
                    ended_rooms_with_texts_are_listed_until_they_are_erased,
                    ended_rooms_are_listed_once_their_time_is_over_until_they_are_erased,
                    bars_outlive_the_erased_session_that_they_come_from,
                    erasing_a_rooms_texts_keeps_its_rows_and_other_rooms,
                }
            }
        }
    };
}

conformance!(memory, MemoryEngine);
conformance!(sqlite, SqliteEngine);
