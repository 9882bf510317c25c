package Bench::Plain;

# A client that costs little beside what is measured.

use warnings;
use strict;

use Exporter qw(import);

our @EXPORT_OK = qw(answer);


# The next answer on a socket, whole, by its Content-Length.

sub answer {
    my ($s) = @_;

    my $text = '';

    for (;;) {
        sysread $s, $text, 65536, length $text or die "closed: $text\n";

        next unless $text =~ /\r\n\r\n/g;

        my $at = pos $text;
        my ($length) = $text =~ /\r\nContent-Length: (\d+)/i;

        return $text if length $text >= $at + $length;
    }
}


1;
