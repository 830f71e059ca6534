// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLocale>
#include <algorithm>

#include "widgets/row_filter_node.h"

// How the text of a filter is read.

namespace shearbench::widgets {
namespace {

using NodePtr = std::shared_ptr<const RowFilter::Node>;
using Kind = RowFilter::Node::Kind;

constexpr int kDeepest = 50;

struct Token {
    enum class Kind { end, number, name, quoted, relation, open, close, all, any, no } kind;
    QString text;
    int position = 0;
    double number = 0;
    FilterRelation relation = FilterRelation::less;
};

bool isNameStart(QChar c) {
    return c.isLetter() || c == '_' || c == '/';
}

bool isNamePart(QChar c) {
    return isNameStart(c) || c.isDigit() || c == '.' || c == '[' || c == ']';
}

QString quoted(const QString& text) {
    return QStringLiteral("“%1”").arg(text);
}

class Lexer {
  public:
    explicit Lexer(const QString& text) : text_(text) {}

    std::vector<Token> read() {
        std::vector<Token> tokens;
        for (;;) {
            while (at_ < text_.size() && text_[at_].isSpace()) {
                ++at_;
            }
            tokens.push_back(next());
            if (tokens.back().kind == Token::Kind::end) {
                return tokens;
            }
        }
    }

  private:
    QChar peek(int ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : QChar();
    }

    Token next() {
        Token token{Token::Kind::end, {}, at_, 0, FilterRelation::less};
        const QChar c = peek();
        if (c.isNull()) {
            return token;
        }
        const bool sign = c == '-' || c == '+' || c == QChar(0x2212);
        const auto startsNumber = [](QChar d) { return d.isDigit() || d == '.'; };
        if (startsNumber(c) || (sign && startsNumber(peek(1)))) {
            readNumber(token);
        } else if (isNameStart(c)) {
            readName(token);
        } else if (c == '"' || c == '\'') {
            readQuoted(token, c);
        } else {
            readSymbol(token);
        }
        return token;
    }

    void readNumber(Token& token) {
        const int start = at_++;
        while (
            peek().isDigit() || peek() == '.' ||
            (peek().toLower() == 'e' && (peek(1).isDigit() || peek(1) == '-' || peek(1) == '+'))) {
            at_ += peek().toLower() == 'e' ? 2 : 1;
        }
        token.kind = Token::Kind::number;
        token.text = text_.mid(start, at_ - start);
        bool good = false;
        token.number =
            QLocale::c().toDouble(QString(token.text).replace(QChar(0x2212), '-'), &good);
        if (!good) {
            throw FilterMistake{quoted(token.text) + QStringLiteral(" is not a number."), start};
        }
    }

    void readName(Token& token) {
        const int start = at_;
        while (isNamePart(peek())) {
            ++at_;
        }
        token.text = text_.mid(start, at_ - start);
        const QString word = token.text.toLower();
        token.kind = word == QLatin1String("and")   ? Token::Kind::all
                     : word == QLatin1String("or")  ? Token::Kind::any
                     : word == QLatin1String("not") ? Token::Kind::no
                                                    : Token::Kind::name;
    }

    void readQuoted(Token& token, QChar mark) {
        const int end = text_.indexOf(mark, at_ + 1);
        if (end < 0) {
            throw FilterMistake{QStringLiteral("The closing %1 is missing.").arg(mark), at_};
        }
        token.kind = Token::Kind::quoted;
        token.text = text_.mid(at_ + 1, end - at_ - 1);
        at_ = end + 1;
    }

    void readSymbol(Token& token) {
        struct Symbol {
            const char* text;
            Token::Kind kind;
            FilterRelation relation;
        };
        using K = Token::Kind;
        using R = FilterRelation;
        static constexpr Symbol kSymbols[] = {
            {"<=", K::relation, R::lessEqual}, {">=", K::relation, R::greaterEqual},
            {"==", K::relation, R::equal},     {"!=", K::relation, R::notEqual},
            {"&&", K::all, R::less},           {"||", K::any, R::less},
            {"<", K::relation, R::less},       {">", K::relation, R::greater},
            {"=", K::relation, R::equal},      {"(", K::open, R::less},
            {")", K::close, R::less},          {"!", K::no, R::less}};
        for (const Symbol& symbol : kSymbols) {
            const QLatin1String text(symbol.text);
            if (text_.midRef(at_, text.size()) == text) {
                token.kind = symbol.kind;
                token.relation = symbol.relation;
                token.text = text;
                at_ += text.size();
                return;
            }
        }
        throw FilterMistake{peek() == ','
                                ? QStringLiteral("Conditions are joined by “and” or “or”.")
                                : quoted(peek()) + QStringLiteral(" is not understood here."),
                            at_};
    }

    const QString& text_;
    int at_ = 0;
};

/// Letters to insert, delete or replace between two words.
int editDistance(const QString& a, const QString& b) {
    std::vector<int> row(std::size_t(b.size()) + 1);
    for (std::size_t j = 0; j < row.size(); ++j) {
        row[j] = int(j);
    }
    for (int i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b.size(); ++j) {
            const int above = row[std::size_t(j)];
            row[std::size_t(j)] = std::min({above + 1, row[std::size_t(j) - 1] + 1,
                                            diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

std::optional<int> partNamed(const QString& name) {
    static const QStringList kNames{"train", "training", "val", "validation", "test"};
    static constexpr int kParts[] = {0, 0, 1, 1, 2};
    const int index = kNames.indexOf(name.toLower());
    return index < 0 ? std::nullopt : std::optional<int>(kParts[index]);
}

class Parser {
  public:
    Parser(const QString& text, const RowTable& table)
        : text_(text), table_(table), tokens_(Lexer(text).read()) {}

    NodePtr read() {
        NodePtr node = readAny(0);
        if (current().kind == Token::Kind::close) {
            throw FilterMistake{QStringLiteral("This bracket was never opened."),
                                current().position};
        }
        if (current().kind != Token::Kind::end) {
            throw FilterMistake{QStringLiteral("“and” or “or” is expected before ") +
                                    quoted(current().text) + QStringLiteral("."),
                                current().position};
        }
        return node;
    }

  private:
    const Token& current() const { return tokens_[at_]; }
    Token take() { return tokens_[at_++]; }

    NodePtr readAny(int depth) { return readChain(Token::Kind::any, Kind::any, depth); }

    /// Terms joined by "or", or factors joined by "and".
    NodePtr readChain(Token::Kind joint, Kind kind, int depth) {
        const auto part = [&] {
            return kind == Kind::any ? readChain(Token::Kind::all, Kind::all, depth)
                                     : readFactor(depth);
        };
        auto node = std::make_shared<RowFilter::Node>();
        node->kind = kind;
        node->children.push_back(part());
        while (current().kind == joint) {
            take();
            node->children.push_back(part());
        }
        return node->children.size() == 1 ? node->children.front() : NodePtr(node);
    }

    NodePtr readFactor(int depth) {
        if (depth > kDeepest) {
            throw FilterMistake{QStringLiteral("There are too many brackets inside each other."),
                                current().position};
        }
        if (current().kind == Token::Kind::no) {
            take();
            auto node = std::make_shared<RowFilter::Node>();
            node->kind = Kind::no;
            node->children.push_back(readFactor(depth + 1));
            return node;
        }
        if (current().kind == Token::Kind::open) {
            const int position = take().position;
            NodePtr node = readAny(depth + 1);
            if (current().kind != Token::Kind::close) {
                throw FilterMistake{QStringLiteral("The closing bracket is missing."), position};
            }
            take();
            return node;
        }
        return readComparison();
    }

    NodePtr readComparison() {
        auto node = std::make_shared<RowFilter::Node>();
        const int start = current().position;
        node->values.push_back(readValue());
        if (current().kind != Token::Kind::relation) {
            const QString before = text_.mid(start, current().position - start).trimmed();
            throw FilterMistake{QStringLiteral("A comparison is expected after %1, such as %2.")
                                    .arg(quoted(before), quoted(before + QStringLiteral(" > 0"))),
                                current().position};
        }
        while (current().kind == Token::Kind::relation) {
            node->relations.push_back(take().relation);
            const FilterValue& before = node->values.back();
            const RowTable::Column* texts =
                before.column >= 0 && !table_.columns[std::size_t(before.column)].words.isEmpty()
                    ? &table_.columns[std::size_t(before.column)]
                    : nullptr;
            node->values.push_back(texts ? readWord(*texts) : readValue());
        }
        checkSplit(*node, start);
        return node;
    }

    /// One of the words of a column of texts.
    FilterValue readWord(const RowTable::Column& column) {
        const Token token = current();
        const bool word = token.kind == Token::Kind::name || token.kind == Token::Kind::quoted ||
                          token.kind == Token::Kind::number;
        if (!word) {
            throw FilterMistake{QStringLiteral("A word is expected after %1.")
                                    .arg(quoted(text_.left(token.position).trimmed())),
                                token.position};
        }
        FilterValue value;
        value.number = -1;
        for (int i = 0; i < column.words.size(); ++i) {
            if (column.words[i].compare(token.text, Qt::CaseInsensitive) == 0) {
                value.number = i;
            }
        }
        if (value.number < 0) {
            constexpr int kShown = 4;
            throw FilterMistake{
                QStringLiteral("%1 holds no %2, but %3%4.")
                    .arg(column.name, quoted(token.text),
                         QStringList(column.words.mid(0, kShown)).join(QStringLiteral(", ")),
                         column.words.size() > kShown ? QStringLiteral(" …") : QString()),
                token.position};
        }
        take();
        return value;
    }

    FilterValue readValue() {
        const Token token = current();
        FilterValue value;
        bool whole = false;
        switch (token.kind) {
            case Token::Kind::number:
                value.number = token.number;
                value.whole = QLocale::c().toLongLong(
                    QString(token.text).replace(QChar(0x2212), '-'), &whole);
                if (!whole) {
                    value.whole.reset();
                }
                break;
            case Token::Kind::name:
            case Token::Kind::quoted:
                value = named(token);
                break;
            default:
                throw FilterMistake{expectedValue(), token.position};
        }
        take();
        return value;
    }

    QString expectedValue() const {
        const QString before = text_.left(current().position).trimmed();
        const QString what = QStringLiteral("A column or a number is expected");
        if (before.isEmpty()) {
            return what + QStringLiteral(" first.");
        }
        return what + QStringLiteral(" after ") + quoted(before) + QStringLiteral(".");
    }

    FilterValue named(const Token& token) const {
        FilterValue value;
        value.column = table_.columnOf(token.text);
        if (value.column >= 0) {
            value.kind = FilterValue::Kind::column;
            return value;
        }
        if (token.kind == Token::Kind::name) {
            if (token.text.compare(QLatin1String("split"), Qt::CaseInsensitive) == 0) {
                value.kind = FilterValue::Kind::split;
                return value;
            }
            if (const auto part = partNamed(token.text)) {
                value.kind = FilterValue::Kind::part;
                value.number = *part;
                return value;
            }
        }
        throw FilterMistake{unknownName(token.text), token.position};
    }

    QString unknownName(const QString& name) const {
        QString best;
        int distance = std::min(3, std::max(1, int(name.size()) / 2) + 1);
        for (const RowTable::Column& column : table_.columns) {
            const int d = editDistance(name.toLower(), column.name.toLower());
            if (d < distance) {
                distance = d;
                best = column.name;
            }
        }
        QString text = QStringLiteral("There is no column ") + quoted(name) + QStringLiteral(".");
        if (!best.isEmpty()) {
            text += QStringLiteral(" Did you mean ") + quoted(best) + QStringLiteral("?");
        }
        return text;
    }

    /// Parts of the split are compared with "split", by = and != only.
    void checkSplit(const RowFilter::Node& node, int position) const {
        const auto count = [&](FilterValue::Kind kind) {
            return std::count_if(node.values.begin(), node.values.end(),
                                 [&](const FilterValue& value) { return value.kind == kind; });
        };
        if (count(FilterValue::Kind::split) + count(FilterValue::Kind::part) == 0) {
            return;
        }
        const bool equality =
            node.relations.size() == 1 && (node.relations[0] == FilterRelation::equal ||
                                           node.relations[0] == FilterRelation::notEqual);
        if (!equality || count(FilterValue::Kind::split) != 1 ||
            count(FilterValue::Kind::part) != 1) {
            throw FilterMistake{
                QStringLiteral("The split is compared like this: “split = test”, with "
                               "train, val or test."),
                position};
        }
        if (table_.split.empty()) {
            throw FilterMistake{QStringLiteral("These cutouts are not split yet."), position};
        }
    }

    const QString& text_;
    const RowTable& table_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

std::shared_ptr<const RowFilter::Node> readFilter(const QString& text, const RowTable& table) {
    return Parser(text, table).read();
}

}  // namespace shearbench::widgets
