#include <outweigh/listening/calendar-inl.hpp>
#include <outweigh/listening/calendar.hpp>
