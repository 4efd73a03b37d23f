#include "backends/seatbelt/read/scheme.h"

#include <gtest/gtest.h>

#include "backends/seatbelt/read/forms.h"

namespace sbxc::sbpl {
namespace {

// The value of the last form, as a constant; an error's message in brackets.
std::string value_of(std::string_view source) {
  Interpreter interpreter;
  try {
    const std::vector<Value> forms = read_forms(interpreter.heap(), source, 1);
    return constant_text(interpreter.run(forms, interpreter.global()));
  } catch (const ProfileError& error) {
    const char* kind = error.refusal == Refusal::not_understood ? "not understood: " : "";
    return "[" + std::string(kind) + error.message + "]";
  }
}

TEST(Scheme, OnlyFalseIsFalse) {
  EXPECT_EQ(value_of("(if \"\" 1 2)"), "1");
  EXPECT_EQ(value_of("(if 0 1 2)"), "1");
  EXPECT_EQ(value_of("(if #f 1 2)"), "2");
}

TEST(Scheme, ClosuresKeepTheirScope) {
  EXPECT_EQ(value_of("(define (adder n) (lambda (x) (+ x n))) ((adder 2) 40)"), "42");
  EXPECT_EQ(value_of("(let* ((a 1) (b (+ a 1))) (* a b 10))"), "20");
  EXPECT_EQ(value_of("(let loop ((i 0) (sum 0)) (if (= i 5) sum (loop (+ i 1) (+ sum i))))"), "10");
}

TEST(Scheme, DoCountsWithVariablesOfEachTurn) {
  EXPECT_EQ(value_of("(do ((i 0 (+ i 1)) (sum 0 (+ sum i))) ((= i 4) sum))"), "6");
  EXPECT_EQ(value_of("(define n 0) (do ((i 0 (+ i 1))) ((= i 3)) (set! n (+ n 10))) n"), "30");
}

TEST(Scheme, ListsAndStringsAreTakenApart) {
  EXPECT_EQ(value_of("(cadr '(1 2 3))"), "2");
  EXPECT_EQ(value_of("(list-ref '(1 2 3) 2)"), "3");
  EXPECT_EQ(value_of("(length (filter positive? '(1 -2 3)))"), "2");
  EXPECT_EQ(value_of("(list->string (reverse (string->list \"abc\")))"), "\"cba\"");
  EXPECT_EQ(value_of("(char=? (string-ref \"a/b\" 1) #\\/)"), "#t");
  EXPECT_EQ(value_of("(string-append \"a\" (substring \"xyz\" 1 2))"), "\"ay\"");
}

TEST(Scheme, QuasiQuotesAreFilledIn) {
  EXPECT_EQ(value_of("(define l '(2 3)) (apply + `(1 ,@l ,(+ 2 2)))"), "10");
}

TEST(Scheme, MacrosSeeTheirWholeForm) {
  EXPECT_EQ(value_of("(macro (twice form) `(* 2 ,(cadr form))) (twice 21)"), "42");
}

TEST(Scheme, CaseAndCondChooseOneClause) {
  EXPECT_EQ(value_of("(case 2 ((1) 10) ((2 3) 20) (else 30))"), "20");
  EXPECT_EQ(value_of("(cond (#f 1) ((= 1 1) 2) (else 3))"), "2");
}

TEST(Scheme, WhatIsUnknownIsAnErrorAndWhatIsLeftOutIsSaid) {
  EXPECT_EQ(value_of("nothing"), "[unbound variable: nothing]");
  EXPECT_EQ(value_of("(eval '(+ 1 2))"),
            "[not understood: `eval` is Scheme that is not evaluated here]");
}

TEST(Scheme, ConstantsOfTheKernelStandForThemselves) {
  EXPECT_EQ(value_of("SYS_open"), "SYS_open");
  EXPECT_EQ(value_of("HOME_DIR"), "[unbound variable: HOME_DIR]");
}

TEST(Scheme, WorkIsBounded) {
  EXPECT_EQ(value_of("(let loop () (loop))"),
            "[not understood: the profile calls too many "
            "procedures]");
  EXPECT_EQ(value_of("(define (f) (+ 1 (f))) (f)"),
            "[not understood: the profile recurses too deeply]");
}

}  // namespace
}  // namespace sbxc::sbpl
