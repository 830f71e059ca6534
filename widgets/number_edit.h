// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <cstdint>

namespace shearbench::widgets {

/// Shortest text that reads back as the same value, as it is typed: "0.001", "1e-05".
QString plainNumber(double value);

/// A field for one number, typed, stepped with the arrow keys, read without regard to the locale
/// (thousands may be separated by commas). A text that is not a number in range keeps the last good
/// value and says what is allowed (problem()).
class NumberEdit : public QLineEdit {
    Q_OBJECT
  public:
    enum class Kind { whole, real };
    NumberEdit(Kind kind, double minimum, double maximum, QWidget* parent = nullptr);

    double value() const { return value_; }
    void setValue(double value);  ///< clamped to the range; emits nothing
    /// Shows the least value as an empty field with this placeholder: "found: 0.2".
    void setLeastText(const QString& text);
    /// Step of the arrow keys; 0: a factor of the 1-2-5 series.
    void setStep(double step) { step_ = step; }

    /// "A whole number from 1 to 4,096." when the text is not; empty otherwise.
    QString problem() const { return problem_; }

  Q_SIGNALS:
    void valueEdited();  ///< by the user, to another good value
    void problemChanged();

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void read(const QString& text);
    QString textOf(double value) const;

    Kind kind_;
    double minimum_, maximum_, value_, step_ = 1;
    bool leastIsEmpty_ = false;
    QString problem_;
};

/// The same for a seed: every whole number of 64 bits.
class SeedEdit : public QLineEdit {
    Q_OBJECT
  public:
    explicit SeedEdit(QWidget* parent = nullptr);

    std::uint64_t value() const { return value_; }
    void setValue(std::uint64_t value);
    QString problem() const { return problem_; }

  Q_SIGNALS:
    void valueEdited();
    void problemChanged();

  private:
    void read(const QString& text);

    std::uint64_t value_ = 1;
    QString problem_;
};

}  // namespace shearbench::widgets
