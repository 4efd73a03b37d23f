// What the generated parser needs of ANTLR's runtime. It stands before the runtime's own header of
// this name, which includes everything: twice as slow to compile, and misc/InterpreterDataReader.h
// of 4.9 is refused by clang with libstdc++ in C++20 (a const member without an initialiser).
#pragma once

// clang-format off
#include "antlr4-common.h"

#include "CharStream.h"
#include "CommonToken.h"
#include "DefaultErrorStrategy.h"
#include "Exceptions.h"
#include "FailedPredicateException.h"
#include "InputMismatchException.h"
#include "Lexer.h"
#include "NoViableAltException.h"
#include "Parser.h"
#include "ParserRuleContext.h"
#include "RecognitionException.h"
#include "TokenStream.h"
#include "Vocabulary.h"
#include "atn/ATN.h"
#include "atn/ATNDeserializer.h"
#include "atn/LexerATNSimulator.h"
#include "atn/ParserATNSimulator.h"
#include "atn/PredictionContext.h"
#include "dfa/DFA.h"
#include "support/CPPUtils.h"
#include "tree/TerminalNode.h"
// clang-format on
